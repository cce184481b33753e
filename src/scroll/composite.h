#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <span>
#include <vector>

#include "diorama/image.h"
#include "diorama/run.h"

namespace diorama::scroll {

// A strip, ready to be drawn from any position: its rows are one pixel longer than a period, so
// that a pixel and its right neighbour lie side by side, and each row knows where it hides what
// lies behind and where there is nothing to draw.
class Strip {
 public:
    explicit Strip(const Image& period);

    enum class Kind : std::uint8_t { clear, mixed, opaque };
    struct Run {
        int begin = 0;
        int end = 0;
        Kind kind = Kind::clear;
    };
    // The runs of a row that is mixed of `y` and the row below, from column 0 to the period.
    [[nodiscard]] std::span<const Run> runs(int y) const;

    [[nodiscard]] const Image& pixels() const { return pixels_; }
    [[nodiscard]] int period() const { return pixels_.width() - 1; }
    [[nodiscard]] int height() const { return pixels_.height(); }

 private:
    Image pixels_;
    std::vector<Run> runs_;
    std::vector<std::size_t> first_run_;  // of each row, and one past the last
};

// What a frame shows: frame pixel (x, y) is strip pixel (x + x_px, y + y_px) of each plane.
struct View {
    std::vector<double> x_px{};  // of each plane; any number
    double y_px = 0;             // the frame's rows lie inside of the strips
    double gain = 1;             // brightness
};

// Blends the strips over each other, the first one opaque and farthest, with bilinear sampling and
// premultiplied "over". The frame is RGBA of the strips' sample type; its pixels are overwritten.
//
// Nearer planes hide most of the farther ones: a row is cut into runs, from near to far, and only
// what is seen is sampled.
void composite(const std::vector<Strip>& strips, const View& view, Image& frame,
               const RunContext& run);

// The same as the paper does it: each plane's window is cut from its strip as a whole and blended
// over the frame as a whole. The oracle for tests and the baseline for benchmarks.
void composite_reference(const std::vector<Image>& periods, const View& view, Image& frame,
                         const RunContext& run);

}  // namespace diorama::scroll
