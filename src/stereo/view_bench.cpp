// Views in multiples of what a copy of the frame costs, and of the reference, each in one run.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "core/stopwatch.h"
#include "diorama/catalogue.h"
#include "diorama/depth.h"
#include "diorama/picture.h"
#include "diorama/stereo.h"
#include "stereo/gaps.h"
#include "stereo/true_pair.h"
#include "stereo/warp.h"

namespace diorama {
namespace {

constexpr int kRounds = 15;

struct Scene {
    Image picture{};
    Disparity disparity{};
};

// The still life at the size of a film's frame, with the default budget. Its shape does not matter.
Scene read_scene() {
    const std::filesystem::path examples = std::filesystem::path(DIORAMA_SOURCE_DIR) / "examples";
    const Size size{.width = 1920, .height = 1080};
    Scene scene{.picture = resize(read_picture(examples / "still_life.jpg"), size)};
    const InverseDepth stored = read_inverse_depth(examples / "still_life_depth.png");
    InverseDepth depth(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            depth.at(x, y) =
                stored.at(x * stored.width() / size.width, y * stored.height() / size.height);
    scene.disparity = make_disparity(depth, find_anchors(depth));
    return scene;
}

void count_copies(benchmark::State& state, const Scene& scene, const auto& work) {
    std::vector<std::uint8_t> copy(scene.picture.size_bytes());
    core::Pair seconds;
    for (auto _ : state)
        seconds = core::time_in_turns(kRounds, work, [&] {
            std::memcpy(copy.data(), scene.picture.data(), copy.size());
            benchmark::DoNotOptimize(copy.data());
        });
    state.counters["ms"] = 1e3 * seconds.first_s;
    state.counters["copies"] = seconds.first_s / seconds.second_s;
}

// As the verb makes them.
void both_eyes_full_hd(benchmark::State& state) {
    const Scene scene = read_scene();
    count_copies(state, scene, [&] {
        for (const double share : {-0.5, 0.5})
            benchmark::DoNotOptimize(draw_view(scene.picture, scene.disparity, share, nullptr));
    });
}
BENCHMARK(both_eyes_full_hd)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

void snap_edges_full_hd(benchmark::State& state) {
    const Scene scene = read_scene();
    count_copies(state, scene,
                 [&] { benchmark::DoNotOptimize(snap_edges(scene.disparity, scene.picture)); });
}
BENCHMARK(snap_edges_full_hd)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

void reference_full_hd(benchmark::State& state) {
    const Scene scene = read_scene();
    core::Pair seconds;
    for (auto _ : state)
        seconds = core::time_in_turns(
            kRounds,
            [&] {
                benchmark::DoNotOptimize(
                    stereo::warp_surfaces_reference(scene.picture, scene.disparity, 0.5, {}));
            },
            [&] {
                benchmark::DoNotOptimize(
                    stereo::warp_surfaces(scene.picture, scene.disparity, 0.5, {}));
            });
    state.counters["ms"] = 1e3 * seconds.first_s;
    state.counters["of_fast"] = seconds.first_s / seconds.second_s;
    const Image plain =
        stereo::warp_surfaces_reference(scene.picture, scene.disparity, 0.5, {}).picture;
    const Image fast = stereo::warp_surfaces(scene.picture, scene.disparity, 0.5, {}).picture;
    double differ = 0;
    for (std::size_t i = 0; i < plain.size_bytes(); ++i)
        differ += std::abs(plain.data()[i] - fast.data()[i]) > 1 ? 1 : 0;
    state.counters["differ_percent"] = 100 * differ / static_cast<double>(plain.size_bytes());
}
BENCHMARK(reference_full_hd)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

// What the depth budget asks for and what comes out, over 20 photos with depth by the built-in
// network, without limits of comfort.
void budget(benchmark::State& state) {
    const std::filesystem::path photos =
        std::filesystem::path(DIORAMA_SHARED_DIR) / "data/photos/eval";
    if (!std::filesystem::exists(photos))
        return state.SkipWithError("needs ../shared/data/photos of the development material");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(photos))
        files.push_back(entry.path());
    std::ranges::sort(files);
    const Model network(find_model(std::string(kBuiltInDepth), {ModelTask::depth}));
    const DisparityOptions options{.comfort = "-50,50"};
    double least = 100, most = 0;
    for (auto _ : state)
        for (std::size_t n = 0; n < files.size() && n < 60; n += 3) {
            const InverseDepth depth =
                estimate_depth(network, read_picture(files[n])).inverse_depth;
            const Disparity d = make_disparity(depth, find_anchors(depth, options), options);
            InverseDepth spread(d.size());
            spread.values() = d.values();
            const DepthAnchors ends = find_anchors(spread);
            const double percent = 100 * (ends.near - ends.far) / d.width();
            least = std::min(least, percent);
            most = std::max(most, percent);
        }
    state.counters["asked_percent"] = options.depth_budget_percent;
    state.counters["least_percent"] = least;
    state.counters["most_percent"] = most;
}
BENCHMARK(budget)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);

// Against the real right view, left of what no left eye can see. What the truth does not know is as
// far as its surroundings.
void cones(benchmark::State& state) {
    if (!stereo::testing::has_cones())
        return state.SkipWithError("needs ../shared/data/stereo of the development material");
    stereo::testing::TruePair pair = stereo::testing::read_cones();
    Disparity& d = pair.left_disparity;
    for (int y = 0; y < d.height(); ++y) stereo::take_farther_side(d.row(y), d.width());
    const float widest = *std::max_element(d.values().begin(), d.values().end());
    View view;
    for (auto _ : state) view = make_view(pair.left, d, 1, nullptr);
    const int width = d.width() - static_cast<int>(std::ceil(widest));
    double squares = 0, seen_squares = 0, seen = 0;
    for (int y = 0; y < d.height(); ++y)
        for (int i = 0; i < 3 * width; ++i) {
            const double square = std::pow(
                view.picture.row<std::uint8_t>(y)[i] - pair.right.row<std::uint8_t>(y)[i], 2);
            const bool is_seen = view.hole.at(i / 3, y) == 0;
            squares += square;
            seen_squares += is_seen ? square : 0;
            seen += is_seen ? 1 : 0;
        }
    const double samples = 3.0 * width * d.height();
    const auto psnr = [](double mean) { return 10 * std::log10(255 * 255 / mean); };
    state.counters["psnr_db"] = psnr(squares / samples);
    state.counters["psnr_seen_db"] = psnr(seen_squares / seen);
    state.counters["holes_percent"] = 100 * (1 - seen / samples);
}
BENCHMARK(cones)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace diorama
