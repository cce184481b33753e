#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/disparity.h"
#include "diorama/image.h"

namespace diorama::pipeline {

// How a picture of one size comes to another: scaled by one factor until it covers the target, and
// what stands over cut off evenly.
struct Fitting {
    Size from{};
    Size scaled{};
    Rect crop{};  // of the scaled picture; has the target's size

    // Where a pixel of the picture comes to lie.
    [[nodiscard]] Point map(Point point) const;
    [[nodiscard]] Rect map(const Rect& rect) const;
};

Fitting fit(Size from, Size to);

Image apply(const Fitting& fitting, Image image);
Matte apply(const Fitting& fitting, Matte map);
InverseDepth apply(const Fitting& fitting, InverseDepth map);
// Its pixels become those of the scaled picture's width.
Disparity apply(const Fitting& fitting, Disparity map);

// Whether a map of this size can be of the picture: maps may be smaller or larger, as tools make
// them, but have its shape.
bool has_shape_of(Size picture, Size map);

// The largest size of the same shape that an H.264 film may have for players to show it (level 5.2:
// 4096×2304 or as many pixels in another shape).
Size playable_size(Size size);

}  // namespace diorama::pipeline
