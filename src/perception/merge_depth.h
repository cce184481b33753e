#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <vector>

namespace diorama::perception {

// What a network said of a part of a picture: a map at the picture's own pixels.
struct PartialDepth {
    cv::Rect where{};
    cv::Mat_<float> inverse_depth{};
};

// One map from a map of the whole picture and maps of overlapping parts of it, which show more
// detail but know less of where things stand. Near each pixel a part is given the mean and
// deviation of the whole, so the result has the low frequencies of the whole and the edges of the
// parts. Where parts overlap they fade into each other; where one contradicts the whole it counts
// for little.
[[nodiscard]] cv::Mat_<float> merge_depth(const cv::Mat_<float>& whole,
                                          const std::vector<PartialDepth>& parts);

}  // namespace diorama::perception
