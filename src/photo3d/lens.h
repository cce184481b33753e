#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/photo3d.h"
#include "diorama/run.h"

namespace diorama::photo3d {

// A lens shows a point as a circle, the larger the farther it is from the focus.
struct Lens {
    double focus = 0;        // the depth that is sharp
    double aperture_px = 0;  // the circle's diameter, one whole depth from the focus

    [[nodiscard]] float radius_at(float depth) const {
        const double radius = aperture_px / 2 * (depth - focus);
        return static_cast<float>(radius < 0 ? -radius : radius);
    }
};

// The layer as the lens shows it, of RGBA. Since no motion changes how far a point is from the
// focus, this is done once for all frames. Light adds up, so colours are averaged as light.
[[nodiscard]] PhotoLayer blur_by_lens(const PhotoLayer& layer, const Lens& lens,
                                      const RunContext& run);

}  // namespace diorama::photo3d
