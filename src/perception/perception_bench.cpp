// What perception costs beside its network, at 1920×1080. Each line's "of_network" is its time as a
// multiple of the network's own, measured in the same run.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "diorama/depth.h"
#include "diorama/fill.h"
#include "diorama/matte.h"
#include "inference/tiny_onnx.h"

namespace fs = std::filesystem;

namespace diorama {
namespace {

constexpr Size kSize{1920, 1080};

// TCMonoDepth of the development material; without it a network that costs nothing.
Model load_network() {
    ModelInterface interface;
    interface.file =
        fs::path(DIORAMA_SHARED_DIR) / "models/tcmonodepth" / "tcmonodepth_small_384x672.onnx";
    interface.input.range = {0, 255};
    interface.input.size.fixed = Size{672, 384};
    interface.outputs = {{"", OutputMeaning::inverse_depth}};
    if (fs::exists(interface.file)) return Model(interface);

    interface.file =
        fs::temp_directory_path() / ("diorama-bench-" + std::to_string(getpid()) + ".onnx");
    inference::testing::write_text(
        interface.file, inference::testing::encode(inference::testing::tiny_network(384, 672)));
    Model model(interface);
    fs::remove(interface.file);
    return model;
}

struct Scene {
    Model network = load_network();
    Image picture{kSize, SampleType::u8, AlphaKind::none};
    Matte matte{kSize};  // an ellipse that covers 35 %
    double network_s = 0;

    Scene() {
        for (int y = 0; y < kSize.height; ++y)
            for (int x = 0; x < kSize.width; ++x) {
                const double inside = 1 - std::hypot((x - 960) / 620.0, (y - 540) / 373.0);
                const double alpha = std::clamp(inside * 60 + 0.5, 0.0, 1.0);
                matte.at(x, y) = static_cast<float>(alpha);
                for (int c = 0; c < 3; ++c)
                    picture.row<std::uint8_t>(y)[3 * x + c] = static_cast<std::uint8_t>(
                        alpha * (200 - 40 * c) +
                        (1 - alpha) * (60 + 50 * std::sin(x * 0.05 + c) * std::cos(y * 0.07)));
            }
        network_s = 1e9;
        for (int i = 0; i < 9; ++i) {
            const auto begin = std::chrono::steady_clock::now();
            benchmark::DoNotOptimize(network.run(picture));
            const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
            network_s = std::min(network_s, took.count());
        }
    }
};

const Scene& scene() {
    static const Scene once;
    return once;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

template <class Call>
void measure(benchmark::State& state, const Call& call) {
    static_cast<void>(scene());
    const auto begin = std::chrono::steady_clock::now();
    for (auto _ : state) benchmark::DoNotOptimize(call(scene()));
    const double each_s = seconds_since(begin) / static_cast<double>(state.iterations());
    state.counters["of_network"] = each_s / scene().network_s;
}

void network(benchmark::State& state) {
    measure(state, [](const Scene& s) { return s.network.run(s.picture); });
}
void depth(benchmark::State& state) {
    measure(state, [](const Scene& s) { return estimate_depth(s.network, s.picture); });
}
void depth_of_subject(benchmark::State& state) {
    measure(state, [](const Scene& s) { return estimate_depth(s.network, s.picture, &s.matte); });
}
void refine(benchmark::State& state) {
    measure(state, [](const Scene& s) { return refine_matte(s.matte, s.picture, 6); });
}
void colours(benchmark::State& state) {
    measure(state, [](const Scene& s) { return subject_colours(s.picture, s.matte); });
}
void fill(benchmark::State& state) {
    measure(state, [](const Scene& s) { return Filler().fill(s.picture, s.matte); });
}

#define DIORAMA_MEASURE(name) BENCHMARK(name)->Unit(benchmark::kMillisecond)->UseRealTime()
DIORAMA_MEASURE(network);
DIORAMA_MEASURE(depth);
DIORAMA_MEASURE(depth_of_subject);
DIORAMA_MEASURE(refine);
DIORAMA_MEASURE(colours);
DIORAMA_MEASURE(fill);

}  // namespace
}  // namespace diorama
