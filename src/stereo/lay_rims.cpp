#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/parallel.h"
#include "stereo/warp.h"

namespace diorama::stereo {
namespace {

// Rims and what they stand before differ by a step; less is rounding.
constexpr float kAsNearPx = 0.05F;

template <class T>
struct Row {
    T* pixels = nullptr;
    float* hole = nullptr;  // may be none
    float* nearness = nullptr;
    int channels = 0;
    int width = 0;
};

RimSample blend(const RimSample& a, const RimSample& b, float share) {
    const auto between = [&](float from, float to) { return from + share * (to - from); };
    RimSample sample{.x = between(a.x, b.x),
                     .disparity = between(a.disparity, b.disparity),
                     .alpha = between(a.alpha, b.alpha)};
    for (std::size_t c = 0; c < sample.colour.size(); ++c)
        sample.colour[c] = between(a.colour[c], b.colour[c]);
    return sample;
}

template <class T>
void lay(const RimSample& sample, int x, Row<T>& row) {
    const bool hidden = row.nearness[x] > sample.disparity + kAsNearPx;
    if (hidden || sample.alpha <= 0) return;
    T* pixel = row.pixels + x * row.channels;
    constexpr auto kMost = static_cast<float>(std::numeric_limits<T>::max());
    for (int c = 0; c < row.channels; ++c) {
        const float under = (1 - sample.alpha) * static_cast<float>(pixel[c]);
        const float value = sample.colour[static_cast<std::size_t>(c)] + under;
        pixel[c] = static_cast<T>(std::clamp(value, 0.0F, kMost) + 0.5F);
    }
    if (sample.alpha < 0.5F) return;
    if (row.hole != nullptr) row.hole[x] = 0;
    row.nearness[x] = sample.disparity;
}

// The pixels between the places of two neighbours on the rim; those on the place of the first one
// are left to what comes before.
template <class T>
void lay_between(const RimSample& from, const RimSample& to, float share, Row<T>& row) {
    const float begin = from.x - share * from.disparity;
    const float end = to.x - share * to.disparity;
    const float low = std::min(begin, end), high = std::max(begin, end);
    const int first = std::max(0, static_cast<int>(std::ceil(low)));
    const int last = std::min(row.width - 1, static_cast<int>(std::floor(high)));
    for (int x = first; x <= last; ++x) {
        const float way = (static_cast<float>(x) - begin) / (end - begin);
        if (way > 0) lay(blend(from, to, way), x, row);
    }
}

template <class T>
void lay_row(const std::vector<Rim>& rims, float share, Row<T>& row) {
    const auto lay_rim = [&](const Rim& rim) {
        for (int i = 0; i + 1 < rim.count; ++i)
            lay_between(rim.samples[static_cast<std::size_t>(i)],
                        rim.samples[static_cast<std::size_t>(i) + 1], share, row);
    };
    // What is nearer comes later, as with surfaces.
    if (share > 0)
        std::for_each(rims.begin(), rims.end(), lay_rim);
    else
        std::for_each(rims.rbegin(), rims.rend(), lay_rim);
}

template <class T>
void lay_all(Warped& warped, float share, Matte& hole, const RunContext& run) {
    Image& view = warped.picture;
    core::parallel_rows(run, view.height(), [&](int begin, int end) {
        run.throw_if_stopped();
        for (int y = begin; y < end; ++y) {
            Row<T> row{view.row<T>(y), hole.empty() ? nullptr : hole.row(y), warped.nearness.row(y),
                       view.channels(), view.width()};
            lay_row(warped.rims[static_cast<std::size_t>(y)], share, row);
        }
    });
}

}  // namespace

void lay_rims(Warped& warped, double share, Matte& hole, const RunContext& run) {
    const auto lay = warped.picture.sample_type() == SampleType::u16 ? lay_all<std::uint16_t>
                                                                     : lay_all<std::uint8_t>;
    lay(warped, static_cast<float>(share), hole, run);
}

}  // namespace diorama::stereo
