#include "popout/reference_frame.h"

#include <algorithm>
#include <cmath>

#include "diorama/picture.h"
#include "popout/composite.h"
#include "popout/scene.h"

namespace diorama::popout {

Image draw_reference(const Popout& scene, const PopoutOptions& options, double phase) {
    std::vector<Popout::Stack> stacks = scene.stacks();
    for (auto& stack : stacks)
        for (SliceStack* part : {&stack.support, &stack.hidden, &stack.slices})
            if (!part->image.empty()) part->image = convert(part->image, SampleType::u16);
    const MotionState motion =
        motion_at(options.motion, phase, options.amount_percent / 100 * scene.size().width,
                  scene.size().width);
    const std::vector<PlacedStack> placed =
        place_stacks(stacks, motion, options.support_motion, scene.size());
    std::vector<const SliceStack*> order;
    for (const PlacedStack& part : placed) order.push_back(part.stack);

    Image frame(scene.size(), SampleType::u16, AlphaKind::premultiplied);
    ReferenceCompositor(order).composite(convert(scene.background(), SampleType::u16), placed,
                                         frame, {});
    return convert(frame, scene.background().sample_type());
}

Difference compare(const Image& a, const Image& b) {
    const auto sample = [](const Image& image, std::size_t i) {
        return image.sample_type() == SampleType::u8 ? image.row<std::uint8_t>(0)[i]
                                                     : image.row<std::uint16_t>(0)[i] / 257.0;
    };
    Difference d;
    const auto pixels = static_cast<std::size_t>(a.size().area());
    for (std::size_t i = 0; i < pixels; ++i) {
        double worst = 0;
        for (int c = 0; c < 3; ++c) {
            const double difference =
                std::abs(sample(a, i * a.channels() + c) - sample(b, i * b.channels() + c));
            d.mean += difference / 3 / static_cast<double>(pixels);
            worst = std::max(worst, difference);
        }
        if (worst > 2) d.share_over_2 += 1.0 / static_cast<double>(pixels);
    }
    return d;
}

}  // namespace diorama::popout
