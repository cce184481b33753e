#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/run.h"
#include "stereo/semi_global.h"

namespace diorama::stereo {

struct FoundRange {
    DisparityRange range{};  // with some room at both ends
    double share = 0;        // of the pixels that were found again, 0…1
};

// The disparities that two views of a scene have, by matching small copies over everything that
// can be.
[[nodiscard]] FoundRange find_range(const cv::Mat_<cv::Vec3b>& left,
                                    const cv::Mat_<cv::Vec3b>& right, const RunContext& run);

}  // namespace diorama::stereo
