#include "perception/normalise.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "diorama/error.h"

namespace diorama {
namespace perception {
namespace {

// Enough that a percentile of the sample is within 0.1 % of the whole map's.
constexpr std::int64_t kSample = 250'000;
constexpr float kSubject = 0.5F;

std::vector<float> sample(const std::vector<float>& values, Size size, const Matte* matte) {
    // A step in both directions, with the rows set off against each other so that a regular
    // pattern in the map does not fall in step.
    const int step =
        std::max(1, static_cast<int>(std::sqrt(static_cast<double>(size.area()) / kSample)));
    std::vector<float> taken;
    taken.reserve(static_cast<std::size_t>(size.area() / step / step + size.height));
    for (int y = 0; y < size.height; y += step)
        for (int x = (y / step * 3) % step; x < size.width; x += step)
            if (!matte || matte->at(x, y) >= kSubject)
                taken.push_back(values[static_cast<std::size_t>(y) * size.width + x]);
    return taken;
}

}  // namespace

std::vector<float> find_percentiles(const std::vector<float>& values, Size size, const Matte* matte,
                                    const std::vector<double>& fractions) {
    auto taken = sample(values, size, matte);
    if (taken.empty() && matte) taken = sample(values, size, nullptr);
    std::vector<float> found;
    auto begin = taken.begin();
    for (const double fraction : fractions) {
        const auto at = taken.begin() + std::llround(fraction * (taken.size() - 1.0));
        std::nth_element(begin, at, taken.end());
        found.push_back(*at);
        begin = at;
    }
    return found;
}

}  // namespace perception

void normalise(InverseDepth& depth, const Matte* matte) {
    if (depth.empty()) return;
    if (matte && matte->size() != depth.size())
        throw Error(ErrorCode::mismatch,
                    fmt::format("the matte is {}x{} pixels, the depth map {}x{}", matte->width(),
                                matte->height(), depth.width(), depth.height()));
    const auto ends =
        perception::find_percentiles(depth.values(), depth.size(), matte, {0.02, 0.98});
    const float far = ends[0];
    const float span = ends[1] - far;
    // Below this the differences are rounding.
    const bool flat = !(span > 1e-6F * std::max(std::abs(ends[0]), std::abs(ends[1])));
    if (flat) {
        std::ranges::fill(depth.values(), 0.5F);
        depth.offset += depth.scale * (far - 0.5F);
        return;
    }
    core::parallel_rows({}, depth.height(), [&](int begin, int end) {
        const float factor = 1.0F / span;
        for (int y = begin; y < end; ++y) {
            float* row = depth.row(y);
            for (int x = 0; x < depth.width(); ++x) row[x] = (row[x] - far) * factor;
        }
    });
    depth.offset += depth.scale * far;
    depth.scale *= span;
}

}  // namespace diorama
