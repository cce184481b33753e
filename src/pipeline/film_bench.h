#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>

namespace diorama {

// Peak memory of films, short and long, of one small and one large. While this process is small
// itself: a forked child starts with its parent's.
void measure_film_memory(const std::filesystem::path& folder);

// What making films in a pipeline saves, and how much a real film flickers.
void measure_films(const std::filesystem::path& folder);

}  // namespace diorama
