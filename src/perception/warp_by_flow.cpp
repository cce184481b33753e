#include <cstdint>

#include "core/parallel.h"
#include "diorama/flow.h"
#include "diorama/picture.h"
#include "perception/flow_size.h"
#include "perception/read_between.h"

namespace diorama {
namespace {

template <class T>
void warp_row(const Image& to, const Flow& flow, int y, Image& warped) {
    const T* samples = to.row<T>(0);
    T* out = warped.row<T>(y);
    const int channels = to.channels();
    for (int x = 0; x < to.width(); ++x) {
        const perception::PlaceBetween place(to.size(), static_cast<float>(x) + flow.dx.at(x, y),
                                             static_cast<float>(y) + flow.dy.at(x, y));
        for (int c = 0; c < channels; ++c)
            *out++ = static_cast<T>(place.read(samples, channels, c) + 0.5F);
    }
}

}  // namespace

Image warp_by_flow(const Image& to, const Flow& flow, const RunContext& run) {
    perception::require_same_size(to.size(), flow.size());
    // Colours that alpha hides must not mix in.
    if (to.alpha() == AlphaKind::straight)
        return unpremultiply(warp_by_flow(premultiply(to), flow, run));

    Image warped(to.size(), to.sample_type(), to.alpha());
    core::parallel_rows(run, to.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            if (to.sample_type() == SampleType::u8)
                warp_row<std::uint8_t>(to, flow, y, warped);
            else
                warp_row<std::uint16_t>(to, flow, y, warped);
    });
    return warped;
}

}  // namespace diorama
