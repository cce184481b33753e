#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace diorama::inference {

// Diorama's own networks are part of the library. Their files have no place on the disk; this path
// stands for one where interfaces name files.
[[nodiscard]] std::filesystem::path built_in_path(const std::string& file_name);

// The bytes that such a path stands for; empty for any other path.
[[nodiscard]] std::span<const std::byte> built_in_bytes(const std::filesystem::path& path);

}  // namespace diorama::inference
