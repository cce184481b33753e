#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/run.h"

namespace diorama::perception {

// What lies behind a hole, by depth.
struct FarSide {
    cv::Mat_<float> depth{};   // the background's, continued from the hole's far rim to everywhere
    cv::Mat_<uchar> nearer{};  // 255: outside of the hole, and nearer than that
    float tolerance = 0;       // what counts as equally far
};

// `depth` is larger where nearer. In the hole it says how near the thing is that hides the
// background: a part of the rim that is nearer still stands before that thing and is no background.
// Where it is not a number the hole was uncovered, and of each stretch of it the rim that lies
// farthest is the background.
[[nodiscard]] FarSide find_far_side(const cv::Mat_<float>& depth, const cv::Mat_<uchar>& hole,
                                    const RunContext& run);

}  // namespace diorama::perception
