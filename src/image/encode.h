#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "diorama/image.h"
#include "image/stored_picture.h"

namespace diorama::image {

// Samples in memory to be encoded: a view, interleaved, rows from top to bottom without gaps.
struct Raster {
    Size size{};
    SampleFormat format = SampleFormat::u8;
    int channels = 3;  // 1: grey, 3: RGB, 4: RGB and straight alpha
    const void* samples = nullptr;
};

// Of an image whose alpha is straight or absent.
Raster raster_of(const Image& image);

struct EncodeOptions {
    int quality = 95;                            // JPEG and WebP, 1…100
    int webp_effort = 4;                         // 0: the fastest, 6: the smallest
    std::map<std::string, std::string> notes{};  // kept by PNG and OpenEXR
};

// The format for a file to be written. Throws Error: unsupported.
Format require_writable_format(const std::filesystem::path& file);

// The bytes of a picture file. Samples are stored as they are, in the widest type up to theirs that
// the format has; nothing is encoded or premultiplied on the way. `file` is for errors only.
// Throws Error: unwritable.
std::vector<std::uint8_t> encode(Format format, const Raster& raster, const EncodeOptions& options,
                                 const std::filesystem::path& file);

// The same of a whole image, in the way that suits the format: over black where it has no alpha,
// linear and premultiplied for OpenEXR.
std::vector<std::uint8_t> encode_image(Format format, const Image& image,
                                       const EncodeOptions& options,
                                       const std::filesystem::path& file);

}  // namespace diorama::image
