#include "diorama/motion.h"

#include <cmath>
#include <numbers>

namespace diorama {

MotionState motion_at(Motion motion, double phase, double amount_px, double width_px) {
    const double angle = 2 * std::numbers::pi * phase;
    // A dolly goes out and comes back: 0 at the loop's ends, 1 in its middle. A point at the
    // frame's edge, half a width from the centre, then moves by the amount.
    const double approach = (1 - std::cos(angle)) / 2;
    const double zoom = approach * amount_px / (width_px / 2);
    switch (motion) {
        case Motion::sway:
            return {.x_px = amount_px * std::sin(angle)};
        case Motion::bob:
            return {.y_px = amount_px * std::sin(angle)};
        case Motion::orbit:
            // Seen from a camera that circles slightly above: an ellipse, wider than high.
            return {.x_px = amount_px * std::sin(angle),
                    .y_px = amount_px * 0.25 * std::cos(angle),
                    .pivot = 0.5};
        case Motion::circle:
            return {.x_px = amount_px * std::sin(angle), .y_px = amount_px * std::cos(angle)};
        case Motion::dolly:
            return {.zoom = zoom};
        case Motion::zoom:
            return {.zoom = zoom, .uniform = true};
        case Motion::hold:
            break;
    }
    return {};
}

}  // namespace diorama
