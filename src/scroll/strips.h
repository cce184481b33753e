#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/scroll.h"

namespace diorama::scroll {

// One period of a plane along its rows: what follows its last column is its first. `seam_px` is the
// width of the cross-fade; `repeat` needs one. Throws Error: usage (a cross-fade that the picture
// is too narrow for).
[[nodiscard]] Image make_strip(const Image& plane, Tiling tiling, int seam_px,
                               const RunContext& run);

// The mean over the way that a strip moves while the shutter is open, `length_px` along its rows,
// going round at its ends.
[[nodiscard]] Image blur_strip(const Image& strip, double length_px, const RunContext& run);

// Rows become columns.
[[nodiscard]] Image transpose(const Image& image);

}  // namespace diorama::scroll
