#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>
#include <opencv2/core.hpp>

#include "diorama/run.h"

namespace diorama::training {

struct LabelOptions {
    std::filesystem::path photos{};       // a folder of pictures
    std::filesystem::path depth_model{};  // an interface block with variants of several sizes
    std::filesystem::path matte_model{};
    std::filesystem::path folder{};  // where labels go: depth/NAME.png and matte/NAME.png
};

// Asks the teachers about each photo once and stores what they say, merged and snapped to edges.
// What is there already is kept, so a run that was stopped goes on where it was.
// Throws Error as the models do, and cancelled.
void make_labels(const LabelOptions& options, const RunContext& run);

// Where the matte's network does not know, it answers with specks. Such a matte is kept, but
// neither packed nor snapped to.
[[nodiscard]] bool is_speckled(const cv::Mat_<float>& matte);

// Packs the photos and the labels that there are by now into a scene file (NAME.json).
void pack_labels(const std::filesystem::path& photos, const std::filesystem::path& labels,
                 const std::filesystem::path& scenes, const RunContext& run);

}  // namespace diorama::training
