// How exact matching is, on a real pair with true disparity, and what it costs.

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstring>

#include "core/stopwatch.h"
#include "diorama/flow.h"
#include "diorama/match.h"
#include "stereo/true_pair.h"

namespace diorama {
namespace {

// Of the pixels that both eyes see, how many are valid; of the valid ones, how many are off by more
// than a pixel, and by how much the others are.
void add_counters(benchmark::State& state, const MatchedView& found,
                  const stereo::testing::TruePair& pair) {
    const Matte seen = find_consistent(pair.left_disparity, Eye::left, pair.right_disparity);
    double both = 0, valid_seen = 0, valid = 0, bad = 0, error = 0, all = 0, all_bad = 0;
    for (std::size_t n = 0; n < seen.values().size(); ++n) {
        const float truth = pair.left_disparity.values()[n];
        if (!std::isfinite(truth)) continue;
        const double miss = std::abs(found.disparity.values()[n] - truth);
        const bool is_valid = found.valid.values()[n] > 0;
        ++all;
        all_bad += miss > 1;
        both += seen.values()[n];
        valid_seen += is_valid ? seen.values()[n] : 0;
        valid += is_valid;
        bad += is_valid && miss > 1;
        error += is_valid && miss <= 1 ? miss : 0;
    }
    state.counters["density_percent"] = 100 * valid_seen / both;
    state.counters["bad_percent"] = 100 * bad / valid;
    state.counters["error_px"] = error / (valid - bad);
    state.counters["bad_percent_of_all"] = 100 * all_bad / all;
}

void match_cones(benchmark::State& state) {
    if (!stereo::testing::has_cones())
        return state.SkipWithError("needs ../shared/data/stereo of the development material");
    const auto pair = stereo::testing::read_cones();
    StereoMatch match;
    for (auto _ : state) match = match_views(pair.left, pair.right);
    add_counters(state, match.left, pair);
}
BENCHMARK(match_cones)->Unit(benchmark::kMillisecond)->UseRealTime();

// "of_flow": as a multiple of built-in optical flow there and back, in the same run.
void match_full_hd(benchmark::State& state) {
    if (!stereo::testing::has_cones())
        return state.SkipWithError("needs ../shared/data/stereo of the development material");
    const auto pair = stereo::testing::read_cones();
    const Image left = resize(pair.left, {1920, 1080});
    const Image right = resize(pair.right, {1920, 1080});
    core::Pair seconds;
    for (auto _ : state)
        seconds = core::time_in_turns(
            3, [&] { benchmark::DoNotOptimize(match_views(left, right)); },
            [&] {
                benchmark::DoNotOptimize(estimate_flow(left, right));
                benchmark::DoNotOptimize(estimate_flow(right, left));
            });
    state.counters["seconds"] = seconds.first_s;
    state.counters["of_flow"] = seconds.first_s / seconds.second_s;
}
BENCHMARK(match_full_hd)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

}  // namespace
}  // namespace diorama
