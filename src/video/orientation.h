#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "video/ffmpeg.h"

namespace diorama::video {

// How a film wants to be shown: mirrored along the axes, then the axes exchanged.
struct Orientation {
    bool mirror_x = false;
    bool mirror_y = false;
    bool exchange_axes = false;
    int degrees = 0;  // clockwise

    [[nodiscard]] Size apply(Size size) const {
        return exchange_axes ? Size{size.height, size.width} : size;
    }
};

// Of quarter turns and mirrors; others are passed over.
[[nodiscard]] Orientation orientation_of(const AVStream& stream);

[[nodiscard]] Image orient(Image image, const Orientation& orientation);

}  // namespace diorama::video
