// What packing two views costs beside copying them, at 1920×1080.

#include <benchmark/benchmark.h>

#include <array>
#include <cstring>
#include <random>

#include "core/parallel.h"
#include "core/stopwatch.h"
#include "diorama/stereo_format.h"
#include "stereo/anaglyph.h"

namespace diorama {
namespace {

constexpr Size kFullHd{1920, 1080};

Image make_view(SampleType type, unsigned seed) {
    Image view(kFullHd, type, AlphaKind::none);
    std::mt19937 random(seed);
    for (std::size_t i = 0; i < view.size_bytes(); ++i)
        view.data()[i] = static_cast<std::uint8_t>(random());
    return view;
}

// Several frames in turn, so that none is in a core's cache.
class Copy {
 public:
    explicit Copy(const Image& like) { frames_.fill(like); }
    void operator()() {
        const Image& from = frames_[next_ % frames_.size()];
        Image& to = frames_[++next_ % frames_.size()];
        core::parallel_rows({}, from.height(), [&](int begin, int end) {
            std::memcpy(to.row<std::uint8_t>(begin), from.row<std::uint8_t>(begin),
                        (end - begin) * from.row_bytes());
        });
        benchmark::DoNotOptimize(to.data());
    }

 private:
    std::array<Image, 12> frames_;
    std::size_t next_ = 0;
};

// "of_copy": as a multiple of copying both views, in the same run.
void pack(benchmark::State& state) {
    const auto format = static_cast<StereoFormat>(state.range(0));
    const auto type = state.range(1) == 8 ? SampleType::u8 : SampleType::u16;
    for (const auto& choice : kChoices<StereoFormat>)
        if (choice.value == format) state.SetLabel(std::string(choice.name));
    const Image left = make_view(type, 1);
    const Image right = make_view(type, 2);
    Copy copy(left);
    core::Pair seconds;
    for (auto _ : state)
        seconds = core::time_in_turns(
            15, [&] { benchmark::DoNotOptimize(pack_views(left, right, format)); },
            [&] {
                copy();
                copy();
            });
    state.counters["ms"] = 1e3 * seconds.first_s;
    state.counters["of_copy"] = seconds.first_s / seconds.second_s;
}
BENCHMARK(pack)
    ->ArgNames({"format", "bits"})
    ->ArgsProduct({{static_cast<int>(StereoFormat::sbs), static_cast<int>(StereoFormat::half_sbs),
                    static_cast<int>(StereoFormat::rows),
                    static_cast<int>(StereoFormat::checkerboard),
                    static_cast<int>(StereoFormat::dubois), static_cast<int>(StereoFormat::colour),
                    static_cast<int>(StereoFormat::vr180)},
                   {8, 16}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);

// "speedup": the plain reference as a multiple of the fast path.
void anaglyph_reference(benchmark::State& state) {
    const auto type = state.range(0) == 8 ? SampleType::u8 : SampleType::u16;
    const Image left = make_view(type, 1);
    const Image right = make_view(type, 2);
    const auto& matrices = stereo::matrices_of(StereoFormat::dubois);
    core::Pair seconds;
    for (auto _ : state)
        seconds = core::time_in_turns(
            3,
            [&] {
                benchmark::DoNotOptimize(
                    stereo::make_anaglyph_reference(left, right, matrices, {}));
            },
            [&] { benchmark::DoNotOptimize(stereo::make_anaglyph(left, right, matrices, {})); });
    state.counters["speedup"] = seconds.first_s / seconds.second_s;
}
BENCHMARK(anaglyph_reference)
    ->ArgName("bits")
    ->Arg(8)
    ->Arg(16)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);

}  // namespace
}  // namespace diorama
