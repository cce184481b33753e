#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/image.h"

namespace diorama::steady {

// A frame's pixels that do not show its background, by the rectangle around them.
struct HiddenArea {
    cv::Rect area{};           // empty: nothing is hidden
    cv::Mat_<uchar> hidden{};  // of the area: 255 where hidden

    [[nodiscard]] bool holds(int x, int y) const {
        return area.contains({x, y}) && hidden(y - area.y, x - area.x) != 0;
    }
};

}  // namespace diorama::steady
