#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <algorithm>
#include <opencv2/core.hpp>

#include "diorama/image.h"

namespace diorama::perception {

// Reads a small map at the pixels of the whole picture that it stands for, one row at a time.
template <class Value>
class EnlargedRow {
 public:
    EnlargedRow(const cv::Mat_<Value>& small, Size whole, int y)
        : scale_(static_cast<float>(small.cols) / static_cast<float>(whole.width)),
          last_(small.cols - 1) {
        const float v = std::clamp((static_cast<float>(y) + 0.5F) * static_cast<float>(small.rows) /
                                           static_cast<float>(whole.height) -
                                       0.5F,
                                   0.0F, static_cast<float>(small.rows - 1));
        const int above = static_cast<int>(v);
        above_ = small[above];
        below_ = small[std::min(above + 1, small.rows - 1)];
        down_ = v - static_cast<float>(above);
    }

    [[nodiscard]] Value at(int x) const {
        const float u = std::clamp((static_cast<float>(x) + 0.5F) * scale_ - 0.5F, 0.0F,
                                   static_cast<float>(last_));
        const int left = static_cast<int>(u);
        const int right = std::min(left + 1, last_);
        const float across = u - static_cast<float>(left);
        const Value above = above_[left] + (above_[right] - above_[left]) * across;
        const Value below = below_[left] + (below_[right] - below_[left]) * across;
        return above + (below - above) * down_;
    }

 private:
    float scale_;
    int last_;
    const Value* above_ = nullptr;
    const Value* below_ = nullptr;
    float down_ = 0;
};

}  // namespace diorama::perception
