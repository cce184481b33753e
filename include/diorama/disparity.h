#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/stereo/README.md

// How far apart the two eyes see each pixel, and the artist's hand on it (seed 001, equations 2–4).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

// d = x_left − x_right in pixels of the picture's width: positive before the screen, 0 on it,
// negative behind. The seed writes film parallax, x_right − x_left, whose sign is the opposite.
// Stands in the left view's geometry, which is the input picture's, unless said otherwise.
using Disparity = Map<struct DisparityKind>;

// What to do where something before the screen is cut by the picture's left or right edge.
enum class EdgeViolation : std::uint8_t { ignore, pull, window };
template <>
inline constexpr Choice<EdgeViolation> kChoices<EdgeViolation>[] = {
    {EdgeViolation::ignore, "ignore", "leaves it, with a warning"},
    {EdgeViolation::pull, "pull", "draws it back to the screen towards the edge"},
    {EdgeViolation::window, "float",
     "lets the window float: black bars that bring the edge nearer"},
};

struct DisparityOptions {
    double depth_budget_percent = 2.5;
    std::string zero_plane = "auto";
    double tone = 0;
    std::string comfort = "-3,2";
    EdgeViolation edge_violation = EdgeViolation::ignore;

    static DIORAMA_API const std::vector<Field<DisparityOptions>>& fields();
};

// The places of a picture's inverse depth that its disparity hangs on. For a film they are state:
// measured for each frame, steadied over time by whoever loops, and passed in.
struct DepthAnchors {
    double far = 0;   // the 2nd percentile of inverse depth
    double near = 1;  // the 98th
    // What lies on the screen, where `far` is 0 and `near` 1. May lie outside of them.
    double zero_plane = 0;
};

// Percentiles, and the zero plane as `options` ask: a number, or `auto`: the median of the subject,
// else of the nearest third. Constant depth has `near` equal to `far`.
// Throws Error: usage, mismatch, unreadable (depth that is not finite).
[[nodiscard]] DIORAMA_API DepthAnchors find_anchors(const InverseDepth& depth,
                                                    const DisparityOptions& options = {},
                                                    const Matte* subject = nullptr);

// The local maps of equation 3, at the picture's size; an empty one is 1, 0 and 0 everywhere.
struct Brushstrokes {
    Map<struct LocalScaleKind> v_s{};
    Map<struct LocalShiftKind> v_t{};
    Disparity lift_px{};  // what mattes add: s·v_t, but independent of s
};

// Adds `percent` of the width inside the matte, less where it is soft.
// Throws Error: mismatch, with strokes or maps of another size.
DIORAMA_API void add_lift(Brushstrokes& strokes, const Matte& matte, double percent);

// d = s·(v_s·iz + v_t) + t, with iz between the anchors (0 far, 1 near) and bent by the tone curve,
// s the budget and t chosen so that the zero plane lies on the screen. Then lifts, then comfort's
// soft knee, then edge violations are drawn back where asked. Warns of what was limited or cut.
// Throws Error: usage, mismatch, unreadable (values that are not finite).
[[nodiscard]] DIORAMA_API Disparity make_disparity(const InverseDepth& depth,
                                                   const DepthAnchors& anchors,
                                                   const DisparityOptions& options = {},
                                                   const Brushstrokes& strokes = {},
                                                   const RunContext& run = {});

// Something before the screen that the left or right edge of the picture cuts.
struct EdgeCut {
    double px = 0;    // how far before the screen, of nearly all of it; 0: nothing is cut
    double rows = 0;  // how much of the picture's height it takes, 0…1
};
struct EdgeCuts {
    EdgeCut left{};
    EdgeCut right{};
};
[[nodiscard]] DIORAMA_API EdgeCuts find_edge_cuts(const Disparity& disparity);

// Warns of what an edge cuts, or draws it back, as make_disparity does at its end. A window that
// floats is laid over the views.
DIORAMA_API void answer_edge_cuts(Disparity& disparity, EdgeViolation answer,
                                  const RunContext& run = {});

}  // namespace diorama
