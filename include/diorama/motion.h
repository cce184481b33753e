#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/layers/README.md

#include "diorama/options.h"

namespace diorama {

// The moves that every effect knows. All of them loop without a seam.
enum class Motion { sway, bob, orbit, circle, dolly, zoom, hold };

template <>
inline constexpr Choice<Motion> kChoices<Motion>[] = {
    {Motion::sway, "sway", "left and right, near parts further"},
    {Motion::bob, "bob", "up and down, near parts further"},
    {Motion::orbit, "orbit", "round the subject's middle: near and far parts go opposite ways"},
    {Motion::circle, "circle", "round in a circle, near parts further"},
    {Motion::dolly, "dolly", "towards the viewer and back, near parts grow more"},
    {Motion::zoom, "zoom", "towards the viewer and back, all parts alike"},
    {Motion::hold, "hold", "no motion"},
};

// How one depth moves at one moment: position p goes to centre + scale·(p − centre) + shift.
struct Shift {
    double x_px = 0;
    double y_px = 0;
    double scale = 1;
};

// A motion at one moment of its loop.
struct MotionState {
    double x_px = 0;  // shift between the farthest and the nearest depth
    double y_px = 0;
    double zoom = 0;       // growth between the farthest and the nearest depth: 0.1 is 10 %
    double pivot = 0;      // the depth fraction that stays in its place
    bool uniform = false;  // every depth moves like the nearest

    // The shift of depth fraction f: 0 farthest, 1 nearest.
    [[nodiscard]] Shift at(double fraction) const {
        const double gain = uniform ? 1.0 : fraction - pivot;
        return {.x_px = gain * x_px, .y_px = gain * y_px, .scale = 1.0 + gain * zoom};
    }
};

// `phase` runs from 0 to 1 over a loop. `amount_px` is the largest distance by which the nearest
// depth moves against the farthest; for dolly and zoom, at the left and right edge of a frame
// `width_px` wide.
[[nodiscard]] DIORAMA_API MotionState motion_at(Motion motion, double phase, double amount_px,
                                                double width_px);

}  // namespace diorama
