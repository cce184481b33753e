#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <algorithm>
#include <cstddef>

#include "diorama/image.h"

namespace diorama::perception {

// A place between four samples of a picture or map whose rows stand without gaps. Beyond the border
// its nearest sample counts.
class PlaceBetween {
 public:
    PlaceBetween(Size size, float x, float y)
        : inside_(x > -0.5F && y > -0.5F && x < static_cast<float>(size.width) - 0.5F &&
                  y < static_cast<float>(size.height) - 0.5F) {
        const float u = std::clamp(x, 0.0F, static_cast<float>(size.width - 1));
        const float v = std::clamp(y, 0.0F, static_cast<float>(size.height - 1));
        const auto left = static_cast<std::size_t>(u);
        const auto above = static_cast<std::size_t>(v);
        first_ = above * size.width + left;
        right_ = static_cast<int>(left) + 1 < size.width ? 1 : 0;
        below_ = static_cast<int>(above) + 1 < size.height ? size.width : 0;
        across_ = u - static_cast<float>(left);
        down_ = v - static_cast<float>(above);
    }

    // Whether it lies on a pixel, which reaches half a pixel around its centre.
    [[nodiscard]] bool is_inside() const { return inside_; }

    // Channel `c` of interleaved samples.
    template <class T>
    [[nodiscard]] float read(const T* samples, int channels = 1, int c = 0) const {
        const T* at = samples + first_ * channels + c;
        const auto blend = [](float a, float b, float share) { return a + (b - a) * share; };
        const float top = blend(at[0], at[right_ * channels], across_);
        const float bottom =
            blend(at[below_ * channels], at[(below_ + right_) * channels], across_);
        return blend(top, bottom, down_);
    }

 private:
    bool inside_ = false;
    std::size_t first_ = 0;
    std::size_t right_ = 0;
    std::size_t below_ = 0;
    float across_ = 0;
    float down_ = 0;
};

}  // namespace diorama::perception
