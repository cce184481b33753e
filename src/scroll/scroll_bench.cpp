// Prints how much joins of strips show, and the scroll's speed as ratios, each measured in one run
// with the same threads.

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <opencv2/core.hpp>

#include "core/parallel.h"
#include "core/stopwatch.h"
#include "diorama/depth.h"
#include "diorama/picture.h"
#include "diorama/scroll.h"
#include "scroll/composite.h"
#include "scroll/rhythm.h"
#include "scroll/seam_ratio.h"
#include "scroll/strips.h"

namespace diorama {
namespace {

const RunContext kRun;
constexpr Size kPaper{1840, 1228};

// The still life at the paper's size, in three planes.
std::vector<Image> make_planes(Size frame) {
    const std::filesystem::path examples = std::filesystem::path(DIORAMA_SOURCE_DIR) / "examples";
    const ScrollOptions options;
    const Size border = scroll_border(frame, options);
    const Size size{frame.width + border.width, frame.height + border.height};
    const Image picture = resize(read_picture(examples / "still_life.jpg"), size);
    const InverseDepth stored = read_inverse_depth(examples / "still_life_depth.png");
    InverseDepth depth(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            depth.at(x, y) =
                stored.at(x * stored.width() / size.width, y * stored.height() / size.height);
    normalise(depth);
    const PlaneMap planes = close_planes(
        extend_background(split_planes(depth, heuristic_confidence(depth)), depth, picture));
    return cut_planes(picture, planes, PlaneSupport::on, Directions::along_rows,
                      Filler({.fill = "extend"}), kRun);
}

// Each plane as a strip with its motion blur.
std::vector<Image> make_periods(const std::vector<Image>& planes) {
    std::vector<Image> periods;
    for (const Image& plane : planes) {
        const double way_px = 30.0 * static_cast<double>(periods.size());
        periods.push_back(
            scroll::blur_strip(scroll::make_strip(plane, Tiling::mirror, 0, kRun), way_px, kRun));
    }
    return periods;
}

void print(const std::string& what, double ratio, const char* must, const std::string& times) {
    fmt::print("{:<58} {:>7.2f}x  {:<8} {}\n", what, ratio, must, times);
}

std::string milliseconds(const core::Pair& time) {
    return fmt::format("{:.1f} ms / {:.2f} ms", time.first_s * 1e3, time.second_s * 1e3);
}

// How much the worst join of a plane shows, sharp as it is without motion blur.
void measure_seams(const std::vector<Image>& planes) {
    constexpr int kSeamPx = 64;
    for (const auto& [tiling, name, help] : kChoices<Tiling>) {
        double worst = 0;
        for (const Image& plane : planes) {
            const Image strip =
                scroll::make_strip(plane, tiling, tiling == Tiling::repeat ? kSeamPx : 0, kRun);
            worst = std::max(worst, scroll::seam_ratio(strip, strip.width() - 1));
        }
        print(fmt::format("still life, --tiling {}: jump at the join / elsewhere", name), worst,
              tiling == Tiling::none ? "" : "<= 1.3", "");
    }
}

void measure_speed(const std::vector<Image>& planes) {
    const std::vector<Image> periods = make_periods(planes);
    const std::vector<scroll::Strip> strips(periods.begin(), periods.end());
    const scroll::View view{.x_px = {123.4, 777.7, 2900.2}, .y_px = 3.6, .gain = 0.93};
    Image frame(kPaper, SampleType::u8, AlphaKind::premultiplied);
    Image other = frame;
    const auto against_reference = core::time_in_turns(
        9, [&] { scroll::composite_reference(periods, view, frame, kRun); },
        [&] { scroll::composite(strips, view, frame, kRun); });
    print("1840x1228, three planes, all effects: reference / fast",
          against_reference.first_s / against_reference.second_s, ">= 8",
          milliseconds(against_reference));
    const auto against_copy = core::time_in_turns(
        31, [&] { scroll::composite(strips, view, frame, kRun); },
        [&] {
            core::parallel_rows(kRun, frame.height(), [&](int begin, int end) {
                std::memcpy(other.row<std::uint8_t>(begin), frame.row<std::uint8_t>(begin),
                            (end - begin) * frame.row_bytes());
            });
        });
    print("1840x1228, three planes, all effects: fast / frame copy",
          against_copy.first_s / against_copy.second_s, "", milliseconds(against_copy));
}

}  // namespace
}  // namespace diorama

int main() {
    cv::setNumThreads(diorama::kRun.thread_count());
    fmt::print("{:<58} {:>8}  {:<8} (medians, {} threads)\n", "scroll", "measured", "must",
               diorama::kRun.thread_count());
    const auto planes = diorama::make_planes(diorama::kPaper);
    diorama::measure_seams(planes);
    diorama::measure_speed(planes);
    return 0;
}
