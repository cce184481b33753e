#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "diorama/layers.h"
#include "diorama/run.h"

namespace diorama::popout {

// Where one slice goes: the frame position of stack pixel x is scale·x + x_px, likewise for y.
struct Placement {
    double scale = 1;
    double x_px = 0;
    double y_px = 0;
};

// A stack and the placement of each of its slices.
struct PlacedStack {
    const SliceStack* stack = nullptr;
    std::vector<Placement> slices{};
};

// Blends every slice of every stack over the background, first to last, with bilinear sampling and
// premultiplied "over" (seed 000, II.A.5 and equation 1). Background and frame are RGBA of one size
// and of the stacks' sample type; the frame's pixels are overwritten.
//
// Slices are short spans of pixels, so the work follows the subject's area and not the number of
// slices. Threads share the rows.
void composite(const Image& background, const std::vector<PlacedStack>& stacks, Image& frame,
               const RunContext& run);

// The same as the paper does it: for each slice a warp of the whole frame and a blend of the whole
// frame. The oracle for tests and the baseline for benchmarks.
class ReferenceCompositor {
 public:
    explicit ReferenceCompositor(const std::vector<const SliceStack*>& stacks);
    // `stacks` places the constructor's stacks, in their order.
    void composite(const Image& background, const std::vector<PlacedStack>& stacks, Image& frame,
                   const RunContext& run) const;

 private:
    std::vector<std::vector<Image>> slices_;  // of each stack: each slice as a picture of its own
};

}  // namespace diorama::popout
