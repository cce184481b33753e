#include "stereo/gaps.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "core/parallel.h"

namespace diorama::stereo {
namespace {

// Rows above and below that are asked, and how many rows each of them stands for.
struct Tap {
    int rows = 0;
    float weight = 0;
};
constexpr std::array<Tap, 8> kTaps{
    {{1, 1}, {2, 1.5F}, {4, 3}, {8, 6}, {16, 12}, {32, 20}, {64, 40}, {128, 80}}};
// Of large pictures rows up to this share of the height away are asked.
constexpr int kNarrow = 32;
constexpr int kHeights = 16;
// A row as far away as the gap's pixel lies deep has half the say; beyond so many times that, none.
constexpr int kReach = 3;
// What lies nearer by the whole range of disparity has about e^−kFarFirst of the say.
constexpr float kFarFirst = 5;

// Close to e^x near 0; quick, and nothing below −8.
float about_exp(float x) {
    float power = std::max(0.0F, 1 + x / 8);
    for (int i = 0; i < 3; ++i) power *= power;
    return power;
}

// The first pixels beyond a step may still have something of the nearer side in them.
constexpr float kFringe = 0.0015F;  // of the width
int fringe_px(int width) {
    return static_cast<int>(kFringe * static_cast<float>(width));
}

int find_gap(const float* nearness, int x, int width) {
    constexpr int kBlock = 32;
    for (; x + kBlock <= width; x += kBlock) {
        int unknown = 0;
        for (int i = 0; i < kBlock; ++i)
            unknown |= static_cast<int>(nearness[x + i] != nearness[x + i]);
        if (unknown != 0) break;
    }
    while (x < width && nearness[x] == nearness[x]) ++x;
    return x;
}

Gap measure_gap(const float* nearness, int begin, int width) {
    int end = begin;
    while (end < width && nearness[end] != nearness[end]) ++end;
    return {.begin = begin, .end = end};
}

// The surface that goes on in a gap: one of its pixels, and the side on which it lies.
struct Behind {
    int pixel = -1;  // of the picture; −1: what is seen beside the gap on that side
    float nearness = 0;
    int side = 0;
};

// The farther of what is seen beside the gap.
Behind find_farther_side(const Gap& gap, int width, const float* nearness) {
    constexpr float kNone = std::numeric_limits<float>::infinity();
    const float left = gap.begin > 0 ? nearness[gap.begin - 1] : kNone;
    const float right = gap.end < width ? nearness[gap.end] : kNone;
    if (left == kNone && right == kNone) return {};
    return left <= right ? Behind{.nearness = left, .side = -1}
                         : Behind{.nearness = right, .side = 1};
}

// In the right eye's view a gap opens at the right of what is nearer, in the left eye's at its
// left: there, in the picture, the farther surface begins.
Behind find_behind(const std::vector<Span>& surfaces, const float* disparity, double share,
                   const Gap& gap, int width, const float* nearness) {
    const Behind seen = find_farther_side(gap, width, nearness);
    const int side = share > 0 ? 1 : -1;
    const int near = side > 0 ? gap.begin - 1 : gap.end;
    const int far = side > 0 ? gap.end : gap.begin - 1;
    if (near < 0 || near >= width) return seen;
    const auto surface_at = [&](int x) {
        const double place = x + share * nearness[x];
        return std::upper_bound(surfaces.begin(), surfaces.end(), place,
                                [](double at, const Span& surface) { return at < surface.begin; }) -
               surfaces.begin() - 1;
    };
    const auto beyond = surface_at(near) + side;
    if (beyond < 0 || beyond >= static_cast<std::ptrdiff_t>(surfaces.size())) return seen;
    if (far >= 0 && far < width && surface_at(far) == beyond) return seen;
    const Span& surface = surfaces[static_cast<std::size_t>(beyond)];
    const int inwards = std::min(fringe_px(width), (surface.length() - 1) / 2);
    const int pixel = side > 0 ? surface.begin + inwards : surface.end - 1 - inwards;
    if (disparity[pixel] >= nearness[near]) return seen;
    return {.pixel = pixel, .nearness = disparity[pixel], .side = side};
}

bool is_at_border(const Gap& gap, int width) {
    return gap.far_side != 0 && (gap.begin == 0 || gap.end == width);
}

// What lies beyond the picture's border is unknown, not hidden; its mirror image is as likely as
// anything, and has texture.
template <class T>
void mirror(const Gap& gap, int width, int channels, T* view) {
    const int axis = gap.begin == 0 ? 2 * gap.end - 1 : 2 * gap.begin - 1;
    for (int x = gap.begin; x < gap.end; ++x)
        std::copy_n(view + std::clamp(axis - x, 0, width - 1) * channels, channels,
                    view + x * channels);
}

template <class T>
class Softener {
 public:
    explicit Softener(const Warped& warped)
        : picture_(warped.picture),
          nearness_(warped.nearness),
          per_px_(kFarFirst / std::max(1.0F, warped.spread_px)),
          most_rows_(std::max(kNarrow, picture_.height() / kHeights)) {}

    // Pixel (x, y), which lies so deep in its gap.
    void soften(int x, int y, int depth_px, T* out) const {
        std::array<float, 4> sum{};
        float weights = 0;
        const float own = nearness_.at(x, y);
        const auto add = [&](int row, float weight) {
            weight *= about_exp(per_px_ * (own - nearness_.at(x, row)));
            const T* pixel = picture_.row<T>(row) + x * picture_.channels();
            for (int c = 0; c < picture_.channels(); ++c)
                sum[static_cast<std::size_t>(c)] += weight * static_cast<float>(pixel[c]);
            weights += weight;
        };
        add(y, 1);
        for (const Tap& tap : kTaps) {
            if (tap.rows > kReach * depth_px || tap.rows > most_rows_) break;
            const float ratio = static_cast<float>(tap.rows) / static_cast<float>(depth_px);
            const float weight = tap.weight / (1 + ratio * ratio);
            if (y >= tap.rows) add(y - tap.rows, weight);
            if (y + tap.rows < picture_.height()) add(y + tap.rows, weight);
        }
        for (int c = 0; c < picture_.channels(); ++c)
            out[c] = static_cast<T>(sum[static_cast<std::size_t>(c)] / weights + 0.5F);
    }

 private:
    const Image& picture_;
    const InverseDepth& nearness_;
    float per_px_ = 0;
    int most_rows_ = 0;
};

template <class T>
void soften(Warped& warped, const RunContext& run) {
    Image& picture = warped.picture;
    const int channels = picture.channels();
    // All rows are asked before the first is changed.
    const Softener<T> softener(warped);
    std::vector<std::vector<T>> softened(warped.gaps.size());
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        run.throw_if_stopped();
        for (int y = begin; y < end; ++y) {
            std::vector<T>& row = softened[static_cast<std::size_t>(y)];
            for (const Gap& gap : warped.gaps[static_cast<std::size_t>(y)]) {
                if (is_at_border(gap, picture.width())) continue;
                for (int x = gap.begin; x < gap.end; ++x) {
                    const int depth_px = gap.far_side < 0 ? x - gap.begin + 1 : gap.end - x;
                    row.resize(row.size() + static_cast<std::size_t>(channels));
                    softener.soften(x, y, depth_px, row.data() + row.size() - channels);
                }
            }
        }
    });
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const T* from = softened[static_cast<std::size_t>(y)].data();
            for (const Gap& gap : warped.gaps[static_cast<std::size_t>(y)]) {
                if (is_at_border(gap, picture.width())) continue;
                const int samples = (gap.end - gap.begin) * channels;
                std::copy_n(from, samples, picture.row<T>(y) + gap.begin * channels);
                from += samples;
            }
        }
    });
}

}  // namespace

void take_farther_side(float* nearness, int width) {
    for (int x = find_gap(nearness, 0, width); x < width; x = find_gap(nearness, x, width)) {
        const Gap gap = measure_gap(nearness, x, width);
        x = gap.end;
        const float farther = find_farther_side(gap, width, nearness).nearness;
        std::fill(nearness + gap.begin, nearness + gap.end, farther);
    }
}

template <class T>
void close_gaps(const SourceRow<T>& source, double share, int width, float* nearness, T* view,
                std::vector<Gap>& gaps) {
    gaps.clear();
    const int channels = source.channels;
    for (int x = find_gap(nearness, 0, width); x < width; x = find_gap(nearness, x, width)) {
        Gap gap = measure_gap(nearness, x, width);
        x = gap.end;
        const Behind behind =
            find_behind(*source.surfaces, source.disparity, share, gap, width, nearness);
        gap.far_side = behind.side;
        std::fill(nearness + gap.begin, nearness + gap.end, behind.nearness);
        const T* colour = behind.pixel >= 0 ? source.pixels + behind.pixel * channels
                          : behind.side < 0 ? view + (gap.begin - 1) * channels
                                            : view + gap.end * channels;
        if (behind.side != 0)
            for (int at = gap.begin; at < gap.end; ++at)
                std::copy_n(colour, channels, view + at * channels);
        gaps.push_back(gap);
    }
    for (const Gap& gap : gaps)
        if (is_at_border(gap, width)) mirror(gap, width, channels, view);
}

template void close_gaps(const SourceRow<std::uint8_t>&, double, int, float*, std::uint8_t*,
                         std::vector<Gap>&);
template void close_gaps(const SourceRow<std::uint16_t>&, double, int, float*, std::uint16_t*,
                         std::vector<Gap>&);

void soften_gaps(Warped& warped, const RunContext& run) {
    if (warped.picture.sample_type() == SampleType::u8)
        soften<std::uint8_t>(warped, run);
    else
        soften<std::uint16_t>(warped, run);
}

Matte draw_gaps(const Warped& warped) {
    Matte hole(warped.picture.size());
    for (int y = 0; y < hole.height(); ++y)
        for (const Gap& gap : warped.gaps[static_cast<std::size_t>(y)])
            std::fill(hole.row(y) + gap.begin, hole.row(y) + gap.end, 1.0F);
    return hole;
}

}  // namespace diorama::stereo
