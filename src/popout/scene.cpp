#include "popout/scene.h"

namespace diorama::popout {
namespace {

double depth_fraction(int slice, int slices) {
    return slices > 1 ? static_cast<double>(slice) / (slices - 1) : 1.0;
}

Placement place(const SliceStack& stack, const Shift& shift, Size frame) {
    // Scaling keeps the frame's centre where it is.
    const double centre_x = (frame.width - 1) / 2.0;
    const double centre_y = (frame.height - 1) / 2.0;
    return {.scale = shift.scale,
            .x_px = shift.scale * (stack.x - centre_x) + centre_x + shift.x_px,
            .y_px = shift.scale * (stack.y - centre_y) + centre_y + shift.y_px};
}

PlacedStack place_stack(const SliceStack& stack, Size frame, const auto& shift_of_slice) {
    PlacedStack placed{.stack = &stack};
    placed.slices.reserve(stack.slices);
    for (int s = 0; s < stack.slices; ++s)
        placed.slices.push_back(place(stack, shift_of_slice(s), frame));
    return placed;
}

}  // namespace

std::vector<PlacedStack> place_stacks(const std::vector<Popout::Stack>& stacks,
                                      const MotionState& state, double support_fraction,
                                      Size frame) {
    std::vector<PlacedStack> placed;
    for (const Popout::Stack& stack : stacks) {
        if (!stack.support.image.empty())
            placed.push_back(
                place_stack(stack.support, frame, [&](int) { return state.at(support_fraction); }));
        for (const SliceStack* slices : {&stack.hidden, &stack.slices})
            if (!slices->image.empty())
                placed.push_back(place_stack(*slices, frame, [&](int s) {
                    return state.at(depth_fraction(s, slices->slices));
                }));
    }
    return placed;
}

}  // namespace diorama::popout
