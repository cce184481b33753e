#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "diorama/image.h"

namespace diorama::image {

enum class Format : std::uint8_t { jpeg, png, webp, tiff, exr, heic, avif, bmp, gif };

// "jpeg", "png", ... as PictureInfo gives it.
std::string_view name_of(Format format);

// The format that a file's first bytes tell.
std::optional<Format> format_of_content(std::span<const std::uint8_t> bytes);

// The format that a file's ending claims, in any case: ".JPG" is jpeg.
std::optional<Format> format_of_ending(const std::filesystem::path& path);

// What the fixed headers of PNG, BMP and GIF say; nothing for other formats or a broken header.
std::optional<Size> size_in_header(Format format, std::span<const std::uint8_t> bytes);

// How many pictures a PNG (APNG) or GIF shows one after the other; 1 for other formats.
int count_frames(Format format, std::span<const std::uint8_t> bytes);

}  // namespace diorama::image
