#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/image/README.md

#include <filesystem>
#include <optional>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/picture.h"

namespace diorama {

// The depth that a photo carries besides its colours: GDepth in the XMP of a JPEG, or the auxiliary
// depth image of a HEIC file. It may have another size than the photo. read_inverse_depth() of such
// a photo gives the same. Throws Error as read_picture.
[[nodiscard]] DIORAMA_API std::optional<InverseDepth> read_carried_depth(
    const std::filesystem::path& photo, const PictureLimits& limits = {});

}  // namespace diorama
