#pragma once  // SPDX-License-Identifier: Apache-2.0

// A small film and a small network, for commands that take films.

#include <filesystem>
#include <vector>

#include "diorama/image.h"

namespace diorama::tests {

constexpr Size kFilmSize{96, 64};
constexpr int kFilmScenes = 4;
constexpr int kSceneFrames = 40;  // of five frames a second: each scene is a segment

// film.mkv in the folder: scenes of soft blocks under a moving camera, lossless.
void write_film(const std::filesystem::path& file);

// A network that takes a frame's red for inverse depth.
void write_red_network(const std::filesystem::path& file);

std::vector<Image> read_frames(const std::filesystem::path& film);
bool have_same_frames(const std::filesystem::path& one, const std::filesystem::path& other);

}  // namespace diorama::tests
