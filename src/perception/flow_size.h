#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/flow.h"

namespace diorama::perception {

// Throws Error: mismatch.
void require_same_size(Size from, Size to);

// Flow that was found on copies of another size, at the picture's size; its vectors grow with it.
[[nodiscard]] Flow resize_flow(const cv::Mat_<float>& dx, const cv::Mat_<float>& dy, Size size);

}  // namespace diorama::perception
