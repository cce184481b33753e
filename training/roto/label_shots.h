#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>

#include "diorama/run.h"
#include "roto/pass_files.h"
#include "roto/tonal_labels.h"

namespace diorama::training {

struct RotoSetOptions {
    std::filesystem::path shots{};   // what `./dev render shots` fills, or a part of it
    std::filesystem::path folder{};  // where the set goes
    PassNames passes{};              // of renders that were made elsewhere
    int paints = 0;                  // each frame so many times more, its things in other colours
    TonalThresholds thresholds{};
    bool preview = false;  // also picture, blend and labels side by side
};

// For every frame, of takes (takes.h) or of a user's passes (pass_files.h), writes NAME.png and,
// last, NAME_tones.png. What has its labels is not made again, so a
// run that was stopped goes on where it was, and a set grows with its renders.
// Throws Error: not_found (no folder, no complete frame), unreadable, mismatch, unwritable,
// cancelled.
void label_shots(const RotoSetOptions& options, const RunContext& run);

}  // namespace diorama::training
