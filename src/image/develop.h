#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>

#include "diorama/image.h"
#include "image/stored_picture.h"

namespace diorama::image {

enum class ColourHandling : std::uint8_t {
    to_srgb,   // by the file's profile
    as_stored  // for files whose numbers are data: depth, mattes
};

// Makes RGB, or RGBA with straight alpha, of a stored picture, and sets it upright.
Image develop(StoredPicture picture, ColourHandling handling);

// sRGB's curve and its inverse.
float encode_srgb(float linear);
float decode_srgb(float encoded);

}  // namespace diorama::image
