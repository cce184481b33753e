#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <vector>

namespace diorama::pipeline {

// "film.mp4" becomes "film_2.mp4"; "film_%04d.png" becomes "film_2_%04d.png".
std::filesystem::path numbered(const std::filesystem::path& file, std::size_t number);

// The file itself, or as many numbered ones.
std::vector<std::filesystem::path> names_of(const std::filesystem::path& file, std::size_t count);

}  // namespace diorama::pipeline
