#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

namespace diorama::perception {

// Continues what is known over all the rest, smoothly and from all around: three values a pixel,
// multiplied by the weight that is the fourth, 0…1. All weights of the result are 1, or all 0 where
// nothing is known.
[[nodiscard]] cv::Mat_<cv::Vec4f> spread(const cv::Mat_<cv::Vec4f>& known);

}  // namespace diorama::perception
