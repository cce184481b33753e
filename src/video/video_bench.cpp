// How much of a film's time goes where: colours, encoder, the whole sink, reading.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "diorama/video.h"
#include "video/conversion.h"

namespace diorama {
namespace {

constexpr Size kSize{1920, 1080};
constexpr int kFilmFrames = 60;

// Soft shapes with some noise, a little moved with `step`: neither trivial nor hopeless to encode.
Image paint(int step, AlphaKind alpha) {
    Image image(kSize, SampleType::u8, alpha);
    unsigned noise = 1;
    for (int y = 0; y < kSize.height; ++y) {
        std::uint8_t* pixel = image.row<std::uint8_t>(y);
        for (int x = 0; x < kSize.width; ++x, pixel += image.channels()) {
            noise = noise * 1664525U + 1013904223U;
            const int grain = static_cast<int>(noise >> 30);
            const int wave = ((x + 2 * step) * 3 / 8 + y / 3) & 255;
            pixel[0] = static_cast<std::uint8_t>(std::min(255, wave / 2 + grain));
            pixel[1] = static_cast<std::uint8_t>(std::min(255, std::abs(wave - 128) + grain));
            pixel[2] = static_cast<std::uint8_t>(std::min(255, y * 255 / kSize.height + grain));
            if (image.channels() == 4) pixel[3] = 255;
        }
    }
    return image;
}

std::vector<Image> paint_film() {
    std::vector<Image> frames;
    for (int i = 0; i < 8; ++i) frames.push_back(paint(i, AlphaKind::straight));
    return frames;
}

std::filesystem::path scratch_file(const std::string& ending) {
    return std::filesystem::temp_directory_path() /
           ("diorama-bench-" + std::to_string(::getpid()) + ending);
}

void BM_CopyFrame(benchmark::State& state) {
    const Image image = paint(0, AlphaKind::straight);
    std::vector<std::uint8_t> copy(image.size_bytes());
    for (auto _ : state) {
        std::memcpy(copy.data(), image.data(), copy.size());
        benchmark::ClobberMemory();
    }
}
BENCHMARK(BM_CopyFrame)->Unit(benchmark::kMillisecond);

void convert_frames(benchmark::State& state, AlphaKind alpha, AVPixelFormat format) {
    const Image image = paint(0, alpha);
    video::ToFrame to_frame(kSize, SampleType::u8, format, alpha, static_cast<int>(state.range(0)));
    for (auto _ : state) benchmark::DoNotOptimize(to_frame.convert(image));
}
void BM_RgbaToYuv420(benchmark::State& state) {
    convert_frames(state, AlphaKind::straight, AV_PIX_FMT_YUV420P);
}
void BM_RgbToYuv420(benchmark::State& state) {
    convert_frames(state, AlphaKind::none, AV_PIX_FMT_YUV420P);
}
void BM_RgbaToYuv444Ten(benchmark::State& state) {
    convert_frames(state, AlphaKind::straight, AV_PIX_FMT_YUV444P10);
}
BENCHMARK(BM_RgbaToYuv420)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_RgbToYuv420)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_RgbaToYuv444Ten)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

void write_film(const std::filesystem::path& file, const std::vector<Image>& frames,
                const std::string& codec) {
    const auto sink = open_sink(file, {.size = kSize, .encoder = {.codec = codec}});
    for (int i = 0; i < kFilmFrames; ++i)
        sink->write(frames[static_cast<std::size_t>(i) % frames.size()]);
    sink->finish();
}

void count_frames(benchmark::State& state) {
    state.counters["fps"] = benchmark::Counter(
        static_cast<double>(state.iterations()) * kFilmFrames, benchmark::Counter::kIsRate);
}

void encode_film(benchmark::State& state, const char* ending, const char* codec) {
    const std::vector<Image> frames = paint_film();
    const std::filesystem::path file = scratch_file(ending);
    for (auto _ : state) write_film(file, frames, codec);
    std::filesystem::remove(file);
    count_frames(state);
}
BENCHMARK_CAPTURE(encode_film, h264, ".mp4", "h264")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
BENCHMARK_CAPTURE(encode_film, h265, ".mp4", "h265")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
BENCHMARK_CAPTURE(encode_film, vp9, ".webm", "vp9")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
BENCHMARK_CAPTURE(encode_film, av1, ".mp4", "av1")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
BENCHMARK_CAPTURE(encode_film, prores, ".mov", "prores")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
BENCHMARK_CAPTURE(encode_film, gif, ".gif", "")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

void BM_ReadFilm(benchmark::State& state) {
    const std::filesystem::path file = scratch_file(".mp4");
    write_film(file, paint_film(), "h264");
    for (auto _ : state) {
        FilmReader reader(file);
        while (const auto frame = reader.next()) benchmark::DoNotOptimize(frame->image.data());
    }
    std::filesystem::remove(file);
    count_frames(state);
}
BENCHMARK(BM_ReadFilm)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace diorama
