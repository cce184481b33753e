#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <vector>

#include "diorama/run.h"

namespace diorama::photo3d {

// Depths are 0 (farthest) … 1. Neighbours that part by more than this are two things.
inline constexpr float kStep = 0.08F;

// A network crosses from one thing to another on a slope a few pixels wide. Each pixel on such a
// slope goes to the side that it is nearer to.
[[nodiscard]] cv::Mat_<float> sharpen_steps(const cv::Mat_<float>& depth, int radius_px,
                                            const RunContext& run);

// 255 where there is a step within so many pixels.
[[nodiscard]] cv::Mat_<uchar> find_steps(const cv::Mat_<float>& depth, int radius_px);

// At most `most` depths, rising, between which surfaces lie: each runs through the steps that
// those before it have left, and is worth its place. Empty for a depth without steps.
[[nodiscard]] std::vector<float> find_cuts(const cv::Mat_<float>& depth, int most);

}  // namespace diorama::photo3d
