#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <cstdint>
#include <string>
#include <vector>

#include "data/scene_file.h"

namespace diorama::training {

// Which frames are learnt from. Each list has names, or beginnings of them that end before a "/":
// "training/walker" stands for all of that shot's frames. What has been painted anew
// (SHOT_painted_1) is learnt from or left out: it neither validates nor tests, and
// is not learnt from where the frame that it was painted over validates.
struct SplitRule {
    std::vector<std::string> training{};
    std::vector<std::string> validation{};  // not learnt from, even where `training` has them
    std::vector<std::string> test{};        // the same
    double validation_share = 0;            // besides, so many of the training frames, at random
};

// Indices of a scene file's frames.
struct Split {
    std::vector<std::size_t> training{};
    std::vector<std::size_t> validation{};
    std::vector<std::size_t> test{};
};

// Only scenes that have tones and are `side_px` wide (0: of any width) count. The random choice
// depends on the seed and the names.
[[nodiscard]] Split split_scenes(const SceneFile& scenes, const SplitRule& rule, int side_px,
                                 std::uint64_t seed);

}  // namespace diorama::training
