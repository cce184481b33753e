#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <vector>

namespace diorama::perception {

// The connected pieces of a mask. Label 0 is what lies outside the mask.
struct Pieces {
    cv::Mat_<int> labels{};
    std::vector<int> area_px{};  // by label; 0 for label 0

    [[nodiscard]] int largest_px() const;
    // 255 where a piece is chosen; `chosen` is by label.
    [[nodiscard]] cv::Mat_<uchar> mask_of(const std::vector<uchar>& chosen) const;
    // 255 where a piece has at least so many pixels.
    [[nodiscard]] cv::Mat_<uchar> mask_of_larger(double least_px) const;
};

// Pixels belong together by their four neighbours.
[[nodiscard]] Pieces find_pieces(const cv::Mat_<uchar>& mask);

}  // namespace diorama::perception
