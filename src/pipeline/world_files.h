#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <vector>

#include "diorama/run.h"
#include "diorama/scroll.h"

namespace diorama::pipeline {

// A scrolling world for games, as a folder: strip_0.png (the farthest) … of one period each,
// world.json, a Tiled map (world.tmx) and a Godot 4 scene (world.tscn). The speeds become parallax
// factors: the nearest plane has 1.
// Throws Error: unwritable.
void write_world(const Scroll& world, const ScrollOptions& options,
                 const std::filesystem::path& folder, const RunContext& run);

}  // namespace diorama::pipeline
