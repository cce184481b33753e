#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "diorama/image.h"
#include "diorama/run.h"
#include "diorama/stereo.h"
#include "stereo/row_cuts.h"

namespace diorama::stereo {

// Pixels begin…end−1 of a row of a view that no surface of the picture covers.
struct Gap {
    int begin = 0;
    int end = 0;
    // The side whose surface goes on in the gap, the farther one: −1 left, 1 right, 0 where the
    // whole row is a gap.
    int far_side = 0;
};

// The opaque surfaces of a picture (opaque or premultiplied) from another place. Into gaps the
// surface behind goes on, row by row.
struct Warped {
    Image picture{};
    // Disparity in the view's geometry; in a gap that of its farther side. It has this type because
    // a fill goes by it.
    InverseDepth nearness{};
    float spread_px = 0;  // of the picture's disparity, without its extremes
    // Of each row, from left to right.
    std::vector<std::vector<Gap>> gaps{};
    std::vector<std::vector<Rim>> rims{};  // in the picture's geometry
};
[[nodiscard]] Warped warp_surfaces(const Image& picture, const Disparity& disparity, double share,
                                   const RunContext& run);

// The same as the issue says it, for tests and benchmarks: of all surfaces that cover a pixel of
// the view the one of the greatest disparity is drawn.
[[nodiscard]] Warped warp_surfaces_reference(const Image& picture, const Disparity& disparity,
                                             double share, const RunContext& run);

// Lays the soft rims of surfaces over the view, whose gaps are filled, where nothing nearer hides
// them. `nearness` follows, and so does `hole`, which may be empty.
void lay_rims(Warped& warped, double share, Matte& hole, const RunContext& run);

}  // namespace diorama::stereo
