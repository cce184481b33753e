#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/stereo/README.md

// Disparity from two views of one scene: the StereoNet of seed 001 (section 3.1).

#include <cstdint>

#include "diorama/disparity.h"
#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/model.h"
#include "diorama/run.h"

namespace diorama {

// Whose geometry a map stands in. What lies at x in the left view lies at x − d in the right one,
// and what lies at x in the right view at x + d in the left one.
enum class Eye : std::uint8_t { left, right };

// M_valid of seed 001: 1 where following `own` into the other view and `other` back misses the
// pixel by at most `tolerance_px`, else 0; 0 also where a disparity is not a number or leads out of
// the picture. Throws Error: mismatch, for two sizes.
[[nodiscard]] DIORAMA_API Matte find_consistent(const Disparity& own, Eye eye,
                                                const Disparity& other, double tolerance_px = 1);

// One view's disparity. Where `valid` is 0 the other view does not show the pixel, or shows it too
// vaguely; there the disparity continues the farther side of the row.
struct MatchedView {
    Disparity disparity{};
    Matte valid{};  // 0 or 1
};

struct StereoMatch {
    MatchedView left{};
    MatchedView right{};
};

// By semi-global matching (Hirschmüller, "Stereo Processing by Semiglobal Matching and Mutual
// Information", 2008) from left to right and from right to left. The range, in front of the screen
// and behind it, is found first on small copies; disparities up to a third of the width are looked
// for. Rows must agree: warns where they do not, and where the views have little in common.
// Pictures of more than four megapixels are matched at that size. Alpha is not looked at.
// Throws Error: usage (empty), mismatch (two sizes), cancelled.
[[nodiscard]] DIORAMA_API StereoMatch match_views(const Image& left, const Image& right,
                                                  const RunContext& run = {});

// The same by a network for optical flow, of which the horizontal part counts.
// Throws Error: as above and as estimate_flow.
[[nodiscard]] DIORAMA_API StereoMatch match_views(const Model& flow, const Image& left,
                                                  const Image& right, const RunContext& run = {});

}  // namespace diorama
