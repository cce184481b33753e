// Surfaces are drawn in an order in which what is nearer comes later (McMillan, "An Image-Based
// Approach to Three-Dimensional Computer Graphics", 1997): at one pixel of the right eye's view the
// surface that stood farther right in the picture is the nearer one. So a row needs no comparison
// of depths: it is first found out where in the picture each of its pixels comes from, and then the
// picture is read there.
#include "stereo/warp.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/parallel.h"
#include "stereo/gaps.h"
#include "stereo/row_cuts.h"

namespace diorama::stereo {
namespace {

constexpr float kNowhere = -1;

// What a thread needs for a row. `source` says where a pixel of the view comes from; it has room on
// both sides for what falls outside of the view.
struct RowScratch {
    RowScratch(int width, int margin)
        : places(static_cast<std::size_t>(width + 2 * margin)), source(places.data() + margin) {}

    RowCuts cuts{};
    std::vector<float> places{};
    float* source = nullptr;
};

// The first whole number that is not less than `x`; `margin` makes everything positive.
int first_at(float x, int margin) {
    const auto below = static_cast<int>(x + static_cast<float>(margin)) - margin;
    return static_cast<float>(below) < x ? below + 1 : below;
}

void place_span(const float* disparity, Span span, float share, int margin, float* source) {
    auto x = static_cast<float>(span.begin);
    float from = x - share * disparity[span.begin];
    int target = first_at(from, margin);
    for (int next = span.begin + 1; next < span.end; ++next) {
        const float to = static_cast<float>(next) - share * disparity[next];
        const int until = first_at(to, margin);
        for (; target < until; ++target)
            source[target] = x + (static_cast<float>(target) - from) / (to - from);
        x = static_cast<float>(next);
        from = to;
    }
    if (static_cast<float>(target) == from) source[target] = x;
}

void place_row(const std::vector<Span>& surfaces, const float* disparity, float share, int margin,
               float* source) {
    const auto place = [&](const Span& span) {
        place_span(disparity, span, share, margin, source);
    };
    if (share > 0)
        std::for_each(surfaces.begin(), surfaces.end(), place);
    else
        std::for_each(surfaces.rbegin(), surfaces.rend(), place);
}

constexpr int kFractionBits = 8;

inline std::uint8_t blend(std::uint8_t a, std::uint8_t b, float share) {
    constexpr int kOne = 1 << kFractionBits;
    const auto weight = static_cast<int>(share * kOne + 0.5F);
    return static_cast<std::uint8_t>((a * (kOne - weight) + b * weight + kOne / 2) >>
                                     kFractionBits);
}
inline std::uint16_t blend(std::uint16_t a, std::uint16_t b, float share) {
    const auto first = static_cast<float>(a);
    return static_cast<std::uint16_t>(first + share * (static_cast<float>(b) - first) + 0.5F);
}

template <class T, int kChannels>
void read_row(const T* pixels, const float* source, float share, int width, T* out,
              float* nearness) {
    const float per_share = 1 / share;
    for (int x = 0; x < width; ++x, out += kChannels) {
        const float place = source[x];
        const bool known = place >= 0;
        nearness[x] = known ? (place - static_cast<float>(x)) * per_share
                            : std::numeric_limits<float>::quiet_NaN();
        if (!known) {
            std::fill_n(out, kChannels, T{0});
            continue;
        }
        const auto left = static_cast<int>(place);
        const float across = place - static_cast<float>(left);
        const T* a = pixels + left * kChannels;
        const T* b = across > 0 ? a + kChannels : a;
        for (int c = 0; c < kChannels; ++c) out[c] = blend(a[c], b[c], across);
    }
}

float widest(const Disparity& disparity) {
    float most = 0;
    for (const float d : disparity.values()) most = std::max(most, std::abs(d));
    return most;
}

template <class T, int kChannels>
void warp(const Image& picture, const Disparity& disparity, float share, Warped& warped,
          const RunContext& run) {
    const int width = picture.width();
    const int margin = static_cast<int>(widest(disparity)) + 2;
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        run.throw_if_stopped();
        RowScratch scratch(width, margin);
        for (int y = begin; y < end; ++y) {
            const T* pixels = picture.row<T>(y);
            const float* d = disparity.row(y);
            cut_row(pixels, kChannels, d, width, scratch.cuts);
            std::fill(scratch.places.begin(), scratch.places.end(), kNowhere);
            place_row(scratch.cuts.opaque, d, share, margin, scratch.source);
            read_row<T, kChannels>(pixels, scratch.source, share, width, warped.picture.row<T>(y),
                                   warped.nearness.row(y));
            close_gaps(warped.nearness.row(y), width, warped.gaps[static_cast<std::size_t>(y)]);
        }
    });
}

}  // namespace

Warped warp_surfaces(const Image& picture, const Disparity& disparity, double share,
                     const RunContext& run) {
    Warped warped{.picture = Image(picture.size(), picture.sample_type(), picture.alpha()),
                  .nearness = InverseDepth(picture.size()),
                  .gaps = std::vector<std::vector<Gap>>(picture.height())};
    const bool wide = picture.sample_type() == SampleType::u16;
    const bool has_alpha = picture.channels() == 4;
    const auto draw = wide ? (has_alpha ? warp<std::uint16_t, 4> : warp<std::uint16_t, 3>)
                           : (has_alpha ? warp<std::uint8_t, 4> : warp<std::uint8_t, 3>);
    draw(picture, disparity, static_cast<float>(share), warped, run);
    return warped;
}

}  // namespace diorama::stereo
