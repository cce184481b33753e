#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <vector>

#include "diorama/model.h"

namespace diorama::perception {

// What a network says of a picture, in the one form that the rest works with.
struct NetworkDepth {
    cv::Mat_<float> inverse{};     // larger = nearer, in the network's own units, finite everywhere
    cv::Mat_<uchar> beyond{};      // 255 where there is sky; nothing is farther
    cv::Mat_<float> confidence{};  // 0…1; empty where the network gives none
};

// Throws nothing: the interface block's check made sure that depth is among the results.
[[nodiscard]] NetworkDepth read_depth(const std::vector<ModelResult>& results);

}  // namespace diorama::perception
