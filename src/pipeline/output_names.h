#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <initializer_list>
#include <vector>

namespace diorama::pipeline {

// "film.mp4" becomes "film_2.mp4"; "film_%04d.png" becomes "film_2_%04d.png".
std::filesystem::path numbered(const std::filesystem::path& file, std::size_t number);

// The file itself, or as many numbered ones.
std::vector<std::filesystem::path> names_of(const std::filesystem::path& file, std::size_t count);

// Of outputs that are there only when they are asked for, those that are.
std::vector<std::filesystem::path> asked_for(
    std::initializer_list<std::filesystem::path> side_outputs);

}  // namespace diorama::pipeline
