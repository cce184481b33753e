#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "diorama/layers.h"
#include "layers/spans.h"

namespace diorama {
namespace layers {
namespace {

// The nearest slice that shows at each pixel, or kNoSlice.
std::vector<std::uint16_t> top_slices(const SliceStack& stack) {
    const int width = stack.image.width();
    std::vector<std::uint16_t> top(static_cast<std::size_t>(stack.image.size().area()), kNoSlice);
    for (int y = 0; y < stack.image.height(); ++y)
        for (const SliceSpan& span : stack.row(y))  // ordered by slice: nearer ones come later
            std::fill_n(top.begin() + static_cast<std::ptrdiff_t>(y) * width + span.x, span.length,
                        span.slice);
    return top;
}

// Pixels that continue a farther surface under a nearer one, as they are found.
struct Hidden {
    std::vector<std::uint16_t> slice;   // of the hidden pixel, or kNoSlice
    std::vector<std::uint32_t> source;  // the pixel whose colour it takes
};

// A row or a column of the image.
struct Line {
    std::size_t start;
    std::size_t stride;
    int length;
    [[nodiscard]] std::size_t at(int i) const { return start + stride * i; }
};

class Continuation {
 public:
    Continuation(const SliceStack& stack, const std::vector<std::uint16_t>& top, double way_px)
        : stack_(stack),
          top_(top),
          px_per_slice_(way_px / std::max(1, stack.slices - 1)),
          surface_slices_(slices_within(kSurfaceStepPx, stack.slices, way_px)) {}

    // Finds the steps in depth along a line and continues the far side of each.
    void follow(const Line& line, Hidden& hidden) const {
        for (int i = 0; i + 1 < line.length; ++i) {
            const int a = top_[line.at(i)];
            const int b = top_[line.at(i + 1)];
            if (a == kNoSlice || b == kNoSlice || std::abs(a - b) <= surface_slices_) continue;
            if (a < b)
                go_on(line, i, 1, hidden);
            else
                go_on(line, i + 1, -1, hidden);
        }
    }

 private:
    // Continues the surface at pixel `far` of the line into the direction `step`, under nearer
    // pixels only. Its colours are those before `far`, mirrored, as far as its surface reaches.
    void go_on(const Line& line, int far, int step, Hidden& hidden) const {
        int source = far;
        // The very border is often a mixture of both sides, and soft ones show what lies below.
        for (int i = 0; i < kBorderPx && continues(line, source, source - step); ++i)
            source -= step;
        if (!is_opaque(line.at(source))) return;
        const int slice = top_[line.at(far)];
        const int nearest = top_[line.at(far + step)];
        const int reach_px = static_cast<int>(std::ceil((nearest - slice) * px_per_slice_)) + 2;
        int mirror_step = -step;
        for (int k = 1; k <= reach_px; ++k) {
            const int i = far + step * k;
            if (i < 0 || i >= line.length) return;
            const std::size_t at = line.at(i);
            if (top_[at] == kNoSlice || top_[at] <= slice + surface_slices_) return;
            // Of two surfaces that reach here the nearer one is seen.
            if (hidden.slice[at] == kNoSlice || hidden.slice[at] < slice) {
                hidden.slice[at] = static_cast<std::uint16_t>(slice);
                hidden.source[at] = static_cast<std::uint32_t>(line.at(source));
            }
            if (!continues(line, source, source + mirror_step)) mirror_step = -mirror_step;
            if (continues(line, source, source + mirror_step) && source + mirror_step != far)
                source += mirror_step;
        }
    }

    [[nodiscard]] bool continues(const Line& line, int from, int to) const {
        if (to < 0 || to >= line.length) return false;
        const int a = top_[line.at(from)];
        const int b = top_[line.at(to)];
        return b != kNoSlice && std::abs(a - b) <= surface_slices_ && is_opaque(line.at(to));
    }

    [[nodiscard]] bool is_opaque(std::size_t pixel) const {
        if (stack_.image.sample_type() == SampleType::u8)
            return stack_.image.row<std::uint8_t>(0)[4 * pixel + 3] >= 250;
        return stack_.image.row<std::uint16_t>(0)[4 * pixel + 3] >= 250 * 257;
    }

    static constexpr int kBorderPx = 2;

    const SliceStack& stack_;
    const std::vector<std::uint16_t>& top_;
    double px_per_slice_;
    int surface_slices_;
};

template <class T>
void copy_pixels(const SliceStack& from, const Hidden& hidden, SliceStack& to) {
    const T* source = from.image.row<T>(0);
    T* out = to.image.row<T>(0);
    for (std::size_t i = 0; i < hidden.slice.size(); ++i)
        if (hidden.slice[i] != kNoSlice)
            std::copy_n(source + std::size_t{4} * hidden.source[i], 4, out + 4 * i);
}

}  // namespace
}  // namespace layers

SliceStack cut_hidden(const SliceStack& slices, const SliceCut& cut, const RunContext& run) {
    using namespace layers;
    SliceStack stack;
    stack.image = Image(slices.image.size(), slices.image.sample_type(), AlphaKind::premultiplied);
    stack.x = slices.x;
    stack.y = slices.y;
    stack.slices = slices.slices;

    const int width = slices.image.width();
    const int height = slices.image.height();
    const std::size_t pixels = static_cast<std::size_t>(width) * height;
    Hidden hidden{std::vector<std::uint16_t>(pixels, kNoSlice), std::vector<std::uint32_t>(pixels)};
    if (cut.way_px > 0) {
        const std::vector<std::uint16_t> top = top_slices(slices);
        const Continuation continuation(slices, top, cut.way_px);
        if (cut.directions != Directions::along_columns)
            core::parallel_rows(run, height, [&](int begin, int end) {
                for (int y = begin; y < end; ++y)
                    continuation.follow({static_cast<std::size_t>(y) * width, 1, width}, hidden);
            });
        if (cut.directions != Directions::along_rows)
            core::parallel_rows(run, width, [&](int begin, int end) {
                for (int x = begin; x < end; ++x)
                    continuation.follow(
                        {static_cast<std::size_t>(x), static_cast<std::size_t>(width), height},
                        hidden);
            });
    }
    if (stack.image.sample_type() == SampleType::u8)
        copy_pixels<std::uint8_t>(slices, hidden, stack);
    else
        copy_pixels<std::uint16_t>(slices, hidden, stack);

    RowSpans row(stack.slices);
    for (int y = 0; y < height; ++y) {
        const std::uint16_t* slice = hidden.slice.data() + static_cast<std::size_t>(y) * width;
        for (int x = 0; x < width; ++x)
            if (slice[x] != kNoSlice) row.add(slice[x], x);
        row.finish(stack.spans, stack.index);
    }
    return stack;
}

}  // namespace diorama
