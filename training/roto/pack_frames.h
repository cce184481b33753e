#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>

#include "diorama/run.h"

namespace diorama::training {

// Puts every frame of a folder and those below it that has its labels beside it (0001.png and
// 0001_tones.png) into one scene file, in the order of their names, which are paths within the
// folder without ending. Pictures are exposed as networks see them in use (normalise_exposure).
// Throws Error: not_found, unreadable, mismatch, unwritable, cancelled.
void pack_frames(const std::filesystem::path& folder, const std::filesystem::path& file,
                 const RunContext& run);

}  // namespace diorama::training
