#include "steady/follow.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/in_parallel.h"
#include "core/parallel.h"
#include "core/quantile.h"
#include "perception/read_between.h"
#include "steady/grid.h"

namespace diorama::steady {
namespace {

constexpr float kTrusted = 0.5F;
// Colours that differ by so much, 0…255, belong to different things.
constexpr float kOtherColour = 25;
// Normalised depth that differs by so much does, too: it is a step, not flicker.
constexpr float kOtherDepth = 0.12F;

// 1 where two differ by nothing, 0.5 where by `half`.
float likeness(float difference, float half) {
    const float ratio = difference / half;
    return std::exp2(-ratio * ratio);
}

// What depth says at a pixel of the flow's grid, displaced by (dx, dy) of its pixels.
float read_depth(const InverseDepth& depth, Size grid, float x, float y) {
    const perception::PlaceBetween place(depth.size(), rescale(x, grid.width, depth.width()),
                                         rescale(y, grid.height, depth.height()));
    return place.read(depth.row(0));
}

struct Pair {
    double here = 0;
    double before = 0;
};

std::vector<Pair> read_pairs(const InverseDepth& depth, const InverseDepth& before,
                             const Past& past) {
    constexpr int kStep = 4;
    std::vector<Pair> pairs;
    const Size grid = past.flow.size();
    for (int y = kStep / 2; y < grid.height; y += kStep)
        for (int x = kStep / 2; x < grid.width; x += kStep) {
            if (past.trust.at(x, y) < kTrusted) continue;
            const auto u = static_cast<float>(x);
            const auto v = static_cast<float>(y);
            pairs.push_back(
                {read_depth(depth, grid, u, v),
                 read_depth(before, grid, u + past.flow.dx.at(x, y), v + past.flow.dy.at(x, y))});
        }
    return pairs;
}

struct Spread {
    double centre = 0;
    double width = 0;  // the mean absolute deviation
};

Spread measure(const std::vector<Pair>& pairs, double Pair::*member) {
    std::vector<double> values;
    values.reserve(pairs.size());
    for (const Pair& pair : pairs) values.push_back(pair.*member);
    Spread spread{.centre = core::median(values)};
    for (const double value : values) spread.width += std::abs(value - spread.centre);
    spread.width /= static_cast<double>(values.size());
    return spread;
}

Line fit(const std::vector<Pair>& pairs) {
    constexpr double kFlat = 1e-3;
    constexpr double kMostScale = 1.5;
    const Spread here = measure(pairs, &Pair::here);
    const Spread before = measure(pairs, &Pair::before);
    const double scale = here.width < kFlat || before.width < kFlat
                             ? 1
                             : std::clamp(before.width / here.width, 1 / kMostScale, kMostScale);
    return {scale, before.centre - scale * here.centre};
}

}  // namespace

Past find_past(const Image& frame, const Image& before, const RunContext& run,
               std::int64_t pixels) {
    const Image here = shrink_to(frame, pixels);
    const Image there = shrink_to(before, pixels);
    Past past{.frame = frame.size()};
    Flow back;
    core::in_parallel(
        run, [&] { past.flow = estimate_flow(here, there, FlowPreset::medium, run); },
        [&] { back = estimate_flow(there, here, FlowPreset::medium, run); });
    past.trust = flow_confidence(past.flow, back, run);
    const Image warped = warp_by_flow(there, past.flow, run);
    for (int y = 0; y < here.height(); ++y)
        for (int x = 0; x < here.width(); ++x) {
            const auto* a = here.row<std::uint8_t>(y) + 3 * x;
            const auto* b = warped.row<std::uint8_t>(y) + 3 * x;
            const int most =
                std::max({std::abs(a[0] - b[0]), std::abs(a[1] - b[1]), std::abs(a[2] - b[2])});
            past.trust.at(x, y) *= likeness(static_cast<float>(most), kOtherColour);
        }
    return past;
}

Line fit_to_before(const InverseDepth& depth, const InverseDepth& before, const Past& past) {
    constexpr std::size_t kFewest = 50;
    constexpr int kRounds = 4;
    constexpr double kOutlier = 3;  // times the median misfit
    std::vector<Pair> pairs = read_pairs(depth, before, past);
    if (pairs.size() < kFewest) return {};
    Line line = fit(pairs);
    for (int round = 0; round < kRounds; ++round) {
        std::vector<double> misfits;
        misfits.reserve(pairs.size());
        for (const Pair& pair : pairs)
            misfits.push_back(std::abs(line.at(pair.here) - pair.before));
        const double limit = kOutlier * core::median(misfits) + 1e-6;
        std::vector<Pair> inliers;
        for (const Pair& pair : pairs)
            if (std::abs(line.at(pair.here) - pair.before) <= limit) inliers.push_back(pair);
        line = fit(inliers);
    }
    return line;
}

void average_with_past(InverseDepth& depth, const InverseDepth& before, const Past& past,
                       double most, const RunContext& run) {
    const Size grid = past.flow.size();
    const float to_x = static_cast<float>(depth.width()) / static_cast<float>(grid.width);
    const float to_y = static_cast<float>(depth.height()) / static_cast<float>(grid.height);
    core::parallel_rows(run, depth.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < depth.width(); ++x) {
                const perception::PlaceBetween on_grid(
                    grid, rescale(static_cast<float>(x), depth.width(), grid.width),
                    rescale(static_cast<float>(y), depth.height(), grid.height));
                const float trust = on_grid.read(past.trust.row(0));
                if (trust < 0.05F) continue;
                const perception::PlaceBetween was(
                    depth.size(), static_cast<float>(x) + to_x * on_grid.read(past.flow.dx.row(0)),
                    static_cast<float>(y) + to_y * on_grid.read(past.flow.dy.row(0)));
                float& value = depth.at(x, y);
                const float old = was.read(before.row(0));
                const float share =
                    static_cast<float>(most) * trust * likeness(old - value, kOtherDepth);
                value += share * (old - value);
            }
    });
}

}  // namespace diorama::steady
