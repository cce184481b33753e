#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>

#include "diorama/flow.h"
#include "diorama/image.h"
#include "diorama/run.h"

namespace diorama::steady {

// value · scale + shift
struct Line {
    double scale = 1;
    double shift = 0;
    [[nodiscard]] double at(double value) const { return value * scale + shift; }
};
// First `inner`, then `outer`.
[[nodiscard]] inline Line chain(const Line& outer, const Line& inner) {
    return {outer.scale * inner.scale, outer.scale * inner.shift + outer.shift};
}

// Where the pixels of a frame were in the frame before, and how far to trust that, 0…1: flow there
// and back agrees, and so do the colours.
struct Past {
    Flow flow{};
    Confidence trust{};
    Size frame{};  // the frames' size
};
// `pixels`: how many the flow has at most.
inline constexpr std::int64_t kDepthFlowPixels = 250'000;
[[nodiscard]] Past find_past(const Image& frame, const Image& before, const RunContext& run,
                             std::int64_t pixels = kDepthFlowPixels);

// The line that leads from a frame's depth to that of the frame before, found robustly on what both
// show. Scale and shift are the ratio of spreads and the difference of centres, so that noise in
// either does not flatten the other. The identity where too little is known.
[[nodiscard]] Line fit_to_before(const InverseDepth& depth, const InverseDepth& before,
                                 const Past& past);

// `depth` averaged with its own past: each pixel takes up to `most` of it where past and present
// agree.
void average_with_past(InverseDepth& depth, const InverseDepth& before, const Past& past,
                       double most, const RunContext& run);

}  // namespace diorama::steady
