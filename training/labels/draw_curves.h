#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>

namespace diorama::training {

// Draws the losses of a run (losses.csv) as a picture: one panel a loss, steps to the right, the
// loss upwards from 0; thin what training saw, thick the scenes kept apart.
// Throws Error: not_found, unreadable (no rows yet), unwritable.
void draw_curves(const std::filesystem::path& losses, const std::filesystem::path& picture);

}  // namespace diorama::training
