#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/run.h"

namespace diorama::stereo {

// Disparities that are looked for, in whole pixels, both ends included.
struct DisparityRange {
    int least = 0;
    int most = 0;
};

// Disparities of each view in its own geometry, in pixels; not a number where nothing was found.
struct RawMatch {
    cv::Mat_<float> left{};
    cv::Mat_<float> right{};
};

// OpenCV's semi-global matching in both directions, on RGB pictures of one size. It works in strips
// of rows, so that memory is bounded; the result does not depend on the number of threads.
[[nodiscard]] RawMatch match_semi_globally(const cv::Mat_<cv::Vec3b>& left,
                                           const cv::Mat_<cv::Vec3b>& right, DisparityRange range,
                                           const RunContext& run);

}  // namespace diorama::stereo
