// Surfaces are drawn in an order in which what is nearer comes later (McMillan, "An Image-Based
// Approach to Three-Dimensional Computer Graphics", 1997): at one pixel of the right eye's view the
// surface that stood farther right in the picture is the nearer one. So a row needs no comparison
// of depths: it is first found out where in the picture each of its pixels comes from, and then the
// picture is read there.
#include "stereo/warp.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/parallel.h"
#include "stereo/gaps.h"
#include "stereo/map_checks.h"
#include "stereo/row_cuts.h"

namespace diorama::stereo {
namespace {

constexpr float kNowhere = std::numeric_limits<float>::quiet_NaN();

// What a thread needs for a row.
struct RowScratch {
    RowScratch(int width, int room)
        : margin(room),
          lies_at(static_cast<std::size_t>(width)),
          first(lies_at.size()),
          place(lies_at.size()),
          targets(static_cast<std::size_t>(width + 2 * margin)),
          source(targets.data() + margin) {}

    RowCuts cuts{};
    int margin = 0;  // on both sides, for what falls outside of the view
    // Of each pixel of the picture: where it lies in the view, the first pixel of the view there or
    // beyond, and the place in the picture that this one shows.
    std::vector<float> lies_at;
    std::vector<int> first;
    std::vector<float> place;
    // Of each pixel of the view: the place in the picture that it shows.
    std::vector<float> targets;
    float* source = nullptr;
};

// As if all of the row were one surface; in simple loops, which compilers make fast.
void find_places(const float* disparity, float share, int width, RowScratch& row) {
    float* const lies_at = row.lies_at.data();
    int* const first = row.first.data();
    float* const place = row.place.data();
    const int margin = row.margin;
    const auto offset = static_cast<float>(margin);
    for (int x = 0; x < width; ++x) lies_at[x] = static_cast<float>(x) - share * disparity[x];
    for (int x = 0; x < width; ++x) {
        const auto below = static_cast<int>(lies_at[x] + offset) - margin;
        first[x] = below + static_cast<int>(static_cast<float>(below) < lies_at[x]);
    }
    for (int x = 0; x + 1 < width; ++x)
        place[x] = static_cast<float>(x) +
                   (static_cast<float>(first[x]) - lies_at[x]) / (lies_at[x + 1] - lies_at[x]);
}

void place_span(Span span, const RowScratch& row) {
    const float* const lies_at = row.lies_at.data();
    const int* const first = row.first.data();
    const float* const place = row.place.data();
    float* const source = row.source;
    const int last = span.end - 1;
    for (int x = span.begin; x < last; ++x) {
        const int target = first[x], until = first[x + 1];
        // Where pixels lie closer than the view's, the next one writes here again.
        if (x + 1 < last || target < until) source[target] = place[x];
        for (int more = target + 1; more < until; ++more)
            source[more] = static_cast<float>(x) +
                           (static_cast<float>(more) - lies_at[x]) / (lies_at[x + 1] - lies_at[x]);
    }
    if (static_cast<float>(first[last]) == lies_at[last])
        source[first[last]] = static_cast<float>(last);
}

void place_row(const float* disparity, float share, int width, RowScratch& row) {
    std::fill(row.targets.begin(), row.targets.end(), kNowhere);
    find_places(disparity, share, width, row);
    const std::vector<Span>& surfaces = row.cuts.opaque;
    const auto place = [&](const Span& span) { place_span(span, row); };
    if (share > 0)
        std::for_each(surfaces.begin(), surfaces.end(), place);
    else
        std::for_each(surfaces.rbegin(), surfaces.rend(), place);
}

template <int kChannels>
void blend(const std::uint16_t* a, const std::uint16_t* b, float share, std::uint16_t* out) {
    for (int c = 0; c < kChannels; ++c) {
        const auto first = static_cast<float>(a[c]);
        out[c] =
            static_cast<std::uint16_t>(first + share * (static_cast<float>(b[c]) - first) + 0.5F);
    }
}

template <int kChannels>
void blend(const std::uint8_t* a, const std::uint8_t* b, float share, std::uint8_t* out) {
    const auto of_b = static_cast<int>(share * 256 + 0.5F);
    for (int c = 0; c < kChannels; ++c)
        out[c] = static_cast<std::uint8_t>((a[c] * 256 + (b[c] - a[c]) * of_b + 128) >> 8);
}

template <class T, int kChannels>
void read_row(const T* pixels, const float* source, int width, T* out) {
    for (int x = 0; x < width; ++x, out += kChannels) {
        const float place = source[x];
        if (!(place >= 0)) continue;
        const auto left = static_cast<int>(place);
        const float across = place - static_cast<float>(left);
        const T* a = pixels + left * kChannels;
        blend<kChannels>(a, across > 0 ? a + kChannels : a, across, out);
    }
}

void find_nearness(const float* source, float share, int width, float* nearness) {
    const float per_share = 1 / share;
    for (int x = 0; x < width; ++x) nearness[x] = (source[x] - static_cast<float>(x)) * per_share;
}

template <class T, int kChannels>
void warp(const Image& picture, const Disparity& disparity, float share, Warped& warped,
          const RunContext& run) {
    const int width = picture.width();
    const auto [low, high] = range_of(disparity);
    warped.spread_px = spread_of(disparity);
    const int margin = static_cast<int>(std::max(high, -low)) + 2;
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        run.throw_if_stopped();
        RowScratch row(width, margin);
        for (int y = begin; y < end; ++y) {
            const T* pixels = picture.row<T>(y);
            const float* d = disparity.row(y);
            float* nearness = warped.nearness.row(y);
            cut_row(pixels, kChannels, d, width, row.cuts);
            warped.rims[static_cast<std::size_t>(y)] = row.cuts.rims;
            place_row(d, share, width, row);
            read_row<T, kChannels>(pixels, row.source, width, warped.picture.row<T>(y));
            find_nearness(row.source, share, width, nearness);
            const SourceRow<T> source{pixels, kChannels, d, &row.cuts.opaque};
            close_gaps(source, share, width, nearness, warped.picture.row<T>(y),
                       warped.gaps[static_cast<std::size_t>(y)]);
        }
    });
}

}  // namespace

Warped warp_surfaces(const Image& picture, const Disparity& disparity, double share,
                     const RunContext& run) {
    Warped warped{.picture = Image(picture.size(), picture.sample_type(), picture.alpha()),
                  .nearness = InverseDepth(picture.size()),
                  .gaps = std::vector<std::vector<Gap>>(picture.height()),
                  .rims = std::vector<std::vector<Rim>>(picture.height())};
    const bool wide = picture.sample_type() == SampleType::u16;
    const bool has_alpha = picture.channels() == 4;
    const auto draw = wide ? (has_alpha ? warp<std::uint16_t, 4> : warp<std::uint16_t, 3>)
                           : (has_alpha ? warp<std::uint8_t, 4> : warp<std::uint8_t, 3>);
    draw(picture, disparity, static_cast<float>(share), warped, run);
    return warped;
}

}  // namespace diorama::stereo
