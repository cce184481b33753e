#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/parallel.h"
#include "stereo/gaps.h"
#include "stereo/map_checks.h"
#include "stereo/row_cuts.h"
#include "stereo/warp.h"

namespace diorama::stereo {
namespace {

template <class T>
void warp(const Image& picture, const Disparity& disparity, double share, Warped& warped,
          const RunContext& run) {
    const int channels = picture.channels();
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        RowCuts cuts;
        for (int y = begin; y < end; ++y) {
            const T* pixels = picture.row<T>(y);
            const float* d = disparity.row(y);
            T* out = warped.picture.row<T>(y);
            float* nearness = warped.nearness.row(y);
            // Where pixel x is seen, between its samples, too.
            const auto lies_at = [&](int x) { return x - share * d[x]; };
            cut_row(pixels, channels, d, picture.width(), cuts);
            for (const Span& surface : cuts.opaque)
                for (int x = surface.begin; x < surface.end; ++x) {
                    const int next = std::min(x + 1, surface.end - 1);
                    const double from = lies_at(x), to = lies_at(next);
                    const int first = std::max(0, static_cast<int>(std::ceil(from)));
                    const int last =
                        std::min(picture.width() - 1, static_cast<int>(std::floor(to)));
                    for (int target = first; target <= last; ++target) {
                        const double way = to > from ? (target - from) / (to - from) : 0;
                        const double near = std::lerp(double{d[x]}, double{d[next]}, way);
                        if (nearness[target] >= near) continue;
                        nearness[target] = static_cast<float>(near);
                        for (int c = 0; c < channels; ++c)
                            out[target * channels + c] = static_cast<T>(std::lround(
                                std::lerp(double{static_cast<double>(pixels[x * channels + c])},
                                          static_cast<double>(pixels[next * channels + c]), way)));
                    }
                }
            warped.rims[static_cast<std::size_t>(y)] = cuts.rims;
            const SourceRow<T> source{pixels, channels, d, &cuts.opaque};
            close_gaps(source, share, picture.width(), nearness, out,
                       warped.gaps[static_cast<std::size_t>(y)]);
        }
    });
}

}  // namespace

Warped warp_surfaces_reference(const Image& picture, const Disparity& disparity, double share,
                               const RunContext& run) {
    Warped warped{.picture = Image(picture.size(), picture.sample_type(), picture.alpha()),
                  .nearness = InverseDepth(picture.size(), std::numeric_limits<float>::quiet_NaN()),
                  .gaps = std::vector<std::vector<Gap>>(picture.height()),
                  .rims = std::vector<std::vector<Rim>>(picture.height())};
    warped.spread_px = spread_of(disparity);
    if (picture.sample_type() == SampleType::u8)
        warp<std::uint8_t>(picture, disparity, share, warped, run);
    else
        warp<std::uint16_t>(picture, disparity, share, warped, run);
    return warped;
}

}  // namespace diorama::stereo
