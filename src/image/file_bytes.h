#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "diorama/error.h"
#include "diorama/picture.h"

namespace diorama::image {

// A whole file in memory, with the name that errors about it carry.
struct FileBytes {
    std::filesystem::path path{};
    std::vector<std::uint8_t> bytes{};
};

// Throws Error: not_found, unreadable (a folder, no right, empty), too_large (no picture within
// the limit has so many bytes).
FileBytes read_file_bytes(const std::filesystem::path& path, const PictureLimits& limits);

// Writes beside the target and renames. Throws Error: unwritable.
void write_file_bytes(const std::filesystem::path& path, std::span<const std::uint8_t> bytes);

// The messages of other libraries as one line.
std::string flattened(std::string_view message);

// Throws Error: unreadable, "FILE: cannot be read as FORMAT: REASON".
[[noreturn]] void throw_broken(const FileBytes& file, std::string_view format,
                               std::string_view reason);

// Throws Error: too_large or unreadable. Called with the size that a header gives, before anything
// is allocated for it.
void require_allowed_size(const FileBytes& file, std::int64_t width, std::int64_t height,
                          const PictureLimits& limits);

}  // namespace diorama::image
