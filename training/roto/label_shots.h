#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>

#include "diorama/run.h"
#include "roto/tonal_labels.h"

namespace diorama::training {

struct RotoSetOptions {
    std::filesystem::path shots{};   // what `./dev render shots` fills, or a part of it
    std::filesystem::path folder{};  // where the set goes
    TonalThresholds thresholds{};
    bool preview = false;  // also picture, blend and labels side by side
};

// For every frame SHOT/TAKE/0001.exr of which all takes are there (training/blender/README.md)
// writes SHOT/0001.png and, last, SHOT/0001_tones.png. What has its labels is not made again, so a
// run that was stopped goes on where it was, and a set grows with its renders.
// Throws Error: not_found (no folder, no complete frame), unreadable, mismatch, unwritable,
// cancelled.
void label_shots(const RotoSetOptions& options, const RunContext& run);

}  // namespace diorama::training
