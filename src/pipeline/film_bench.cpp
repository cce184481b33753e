// Prints what films take: time beside the work of their stages, memory, and flicker.

#include "pipeline/film_bench.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <string>

#include "core/stopwatch.h"
#include "diorama/evaluate_job.h"
#include "diorama/picture.h"
#include "diorama/stereo_job.h"
#include "diorama/video.h"
#include "pipeline/peak_memory.h"

namespace fs = std::filesystem;

namespace diorama {
namespace {

const fs::path kPhoto = fs::path(DIORAMA_SOURCE_DIR) / "examples/still_life.jpg";
const fs::path kStreet = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";

Image part_of(const Image& image, int left, Size size) {
    Image part(size, image.sample_type(), image.alpha());
    for (int y = 0; y < size.height; ++y)
        std::copy_n(image.row<std::uint8_t>(y) + left * image.channels(),
                    size.width * image.channels(), part.row<std::uint8_t>(y));
    return part;
}

// A camera goes to and fro over the still life.
void write_film(const fs::path& file, Size size, int fps, int seconds) {
    constexpr int kWay = 64;
    const Image photo =
        resize(read_picture(kPhoto), {size.width + kWay, (size.width + kWay) * 3 / 4});
    const auto sink = open_sink(
        file, {.size = size, .fps = {fps, 1}, .encoder = {.codec = "h264", .preset = "ultrafast"}});
    for (int n = 0; n < fps * seconds; ++n)
        sink->write(part_of(photo, std::abs(n % (2 * kWay) - kWay), size));
    sink->finish();
}

// Depth for each frame of such a film, a slope, so that a long one need not be measured.
void write_depth(const fs::path& file, Size size, int fps, int seconds) {
    InverseDepth slope(size);
    for (int y = 0; y < size.height; ++y)
        std::fill_n(slope.row(y), size.width,
                    static_cast<float>(y) / static_cast<float>(size.height));
    const Image frame = encode_depth(slope);
    const auto sink = open_sink(
        file,
        {.size = size, .fps = {fps, 1}, .sample_type = SampleType::u16, .depth = DepthCoding{}});
    for (int n = 0; n < fps * seconds; ++n) sink->write(frame);
    sink->finish();
}

StereoJob stereo_job(const fs::path& film, const fs::path& output) {
    return {.input = film, .output = output, .encoder = {.preset = "veryfast"}};
}

// What a process once took counts for its children, so that films are written in one of their own.
double small_film_gigabytes(const fs::path& folder, int minutes) {
    constexpr Size kSmall{320, 180};
    constexpr int kFps = 5;
    StereoJob job = stereo_job(folder / "small.mkv", folder / "small_sbs.mkv");
    job.depth.depth = folder / "small_depth.mkv";
    (void)peak_gigabytes_of([&] {
        write_film(job.input, kSmall, kFps, 60 * minutes);
        write_depth(job.depth.depth, kSmall, kFps, 60 * minutes);
    });
    return peak_gigabytes(job);
}

double large_film_gigabytes(const fs::path& folder) {
    const StereoJob job = stereo_job(folder / "large.mkv", folder / "large_sbs.mkv");
    (void)peak_gigabytes_of([&] { write_film(job.input, {1920, 1080}, 10, 30); });
    return peak_gigabytes(job);
}

// All cores are used where the time by the clock is the time of the processor over the cores. What
// stages take when each is alone is what one thread takes for all of them, one after another.
void compare_with_stages(const fs::path& folder) {
    constexpr double kCores = 2;
    StereoJob job = stereo_job(folder / "film.mkv", folder / "film_sbs.mkv");
    write_film(job.input, {1920, 1080}, 12, 3);
    const auto processor_seconds = [&] {
        const auto now = [] {
            timespec time{};
            ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
            return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
        };
        const double begin = now();
        job.read.threads = 1;
        (void)run_job(job, {}, RunMode::run);
        return now() - begin;
    };
    const double stages_s = processor_seconds();
    job.read.threads = static_cast<int>(kCores);
    const double film_s = core::seconds_of([&] { (void)run_job(job, {}, RunMode::run); });
    fmt::print("{:<58} {:>7.2f}x  {:<10} {:.1f} s / {:.1f} s\n",
               "stereo, 3 s of 1080p: film / stages alone over 2 cores",
               film_s / (stages_s / kCores), "<= 1.15", film_s, stages_s / kCores);
}

void measure_flicker() {
    if (!fs::exists(kStreet)) return fmt::print("flicker: needs OpenCV's examples, vtest.avi\n");
    const ScoreTable table = evaluate(
        FlickerEvaluation{.film = kStreet, .depth_model = {"diorama-depth"}, .frames = 60});
    const auto& scores = table.rows.at(0).scores;
    if (!scores.at(0) || !scores.at(1)) return fmt::print("flicker: nothing rests in vtest.avi\n");
    fmt::print("{:<58} {:>7.2f}x  {:<10} {:.4f} / {:.4f}\n",
               "depth, vtest.avi: change of what rests, steadied / not", *scores[1] / *scores[0],
               "<= 0.35", *scores[1], *scores[0]);
}

}  // namespace

void measure_film_memory(const fs::path& folder) {
    const double minute = small_film_gigabytes(folder, 1);
    fmt::print("{:<58} {:>7.2f}x  {:<10}\n", "stereo, 320x180, 20 min / 1 min: peak memory",
               small_film_gigabytes(folder, 20) / minute, "<= 1.05");
    fmt::print("{:<58} {:>7.2f} GB {:<9}\n", "stereo, 30 s of 1080p: peak memory",
               large_film_gigabytes(folder), "<= 1.5");
}

void measure_films(const fs::path& folder) {
    compare_with_stages(folder);
    measure_flicker();
}

}  // namespace diorama
