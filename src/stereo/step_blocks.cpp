#include "stereo/step_blocks.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.h"

namespace diorama::stereo {
namespace {

// The side of a square, of the width: about as far as networks smear a step, or misplace it.
constexpr float kSide = 0.01F;
constexpr float kLeastStep = 0.0008F;
constexpr float kLeastStepPx = 0.75F;
// Around a step few pixels lie between its ends; on a slope half of them do.
constexpr float kMostBetween = 0.45F;
// Differences of colour, of 255, that say nothing.
constexpr float kNoise = 7;
// How many blocks away colours are learnt.
constexpr int kColoursReach = 3;
constexpr int kSamplesAcross = 3;

struct Range {
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();

    void take(float value) {
        low = value < low ? value : low;
        high = high < value ? value : high;
    }
    void take(const Range& other) {
        take(other.low);
        take(other.high);
    }
};

struct ColourSum {
    std::array<float, 3> sum{};
    std::array<float, 3> squares{};
    int pixels = 0;

    void add(const cv::Vec3b& colour) {
        for (std::size_t c = 0; c < 3; ++c) {
            const float value = colour[static_cast<int>(c)];
            sum[c] += value;
            squares[c] += value * value;
        }
        ++pixels;
    }

    void add(const ColourSum& other) {
        for (std::size_t c = 0; c < 3; ++c) {
            sum[c] += other.sum[c];
            squares[c] += other.squares[c];
        }
        pixels += other.pixels;
    }

    [[nodiscard]] SideColours colours() const {
        SideColours side;
        for (std::size_t c = 0; c < 3; ++c) {
            side.mean[c] = sum[c] / static_cast<float>(pixels);
            const float spread =
                squares[c] / static_cast<float>(pixels) - side.mean[c] * side.mean[c];
            side.per_variance[c] = 1 / (std::max(0.0F, spread) + kNoise * kNoise);
        }
        return side;
    }
};

// A block and so many around it, in pixels.
cv::Rect surroundings(int column, int row, int blocks, int side_px, cv::Size picture) {
    const int side = (2 * blocks + 1) * side_px;
    return cv::Rect((column - blocks) * side_px, (row - blocks) * side_px, side, side) &
           cv::Rect({}, picture);
}

Range find_range(const Disparity& disparity, const cv::Rect& pixels) {
    Range range;
    for (int y = pixels.y; y < pixels.y + pixels.height; ++y)
        for (int x = pixels.x; x < pixels.x + pixels.width; ++x) range.take(disparity.at(x, y));
    return range;
}

// Every so many pixels, those whose disparity passes.
template <class Test>
ColourSum add_colours(const Disparity& disparity, const cv::Mat_<cv::Vec3b>& picture,
                      const cv::Rect& pixels, int stride, const Test& passes) {
    ColourSum sum;
    for (int y = pixels.y; y < pixels.y + pixels.height; y += stride)
        for (int x = pixels.x; x < pixels.x + pixels.width; x += stride)
            if (passes(disparity.at(x, y))) sum.add(picture(y, x));
    return sum;
}

bool is_slope(const Disparity& disparity, const cv::Rect& around, int stride,
              const StepBlock& block) {
    int between = 0, pixels = 0;
    for (int y = around.y; y < around.y + around.height; y += stride)
        for (int x = around.x; x < around.x + around.width; x += stride, ++pixels) {
            const float d = disparity.at(x, y);
            between += static_cast<int>(!block.is_near(d) && !block.is_far(d));
        }
    return static_cast<float>(between) > kMostBetween * static_cast<float>(pixels);
}

}  // namespace

float least_step_px(int width) {
    return std::max(kLeastStepPx, kLeastStep * static_cast<float>(width));
}

int share_px(float share, int width) {
    return static_cast<int>(std::lround(share * static_cast<float>(width)));
}

StepBlocks::StepBlocks(const Disparity& disparity, const cv::Mat_<cv::Vec3b>& picture,
                       const RunContext& run)
    : side_px_(std::max(2, share_px(kSide, picture.cols))),
      across_((picture.cols + side_px_ - 1) / side_px_),
      down_((picture.rows + side_px_ - 1) / side_px_),
      column_of_(static_cast<std::size_t>(picture.cols)),
      row_of_(static_cast<std::size_t>(picture.rows)),
      blocks_(static_cast<std::size_t>(across_) * down_) {
    for (int x = 0; x < picture.cols; ++x) column_of_[static_cast<std::size_t>(x)] = x / side_px_;
    for (int y = 0; y < picture.rows; ++y) row_of_[static_cast<std::size_t>(y)] = y / side_px_;
    const auto for_each_block = [&](const auto& body) {
        core::parallel_rows(run, down_, [&](int begin, int end) {
            run.throw_if_stopped();
            for (int row = begin; row < end; ++row)
                for (int column = 0; column < across_; ++column) body(column, row);
        });
    };
    const auto index = [&](int column, int row) {
        return static_cast<std::size_t>(row) * across_ + column;
    };
    const auto visit_around = [&](int column, int row, int reach, const auto& body) {
        for (int y = std::max(0, row - reach); y <= std::min(down_ - 1, row + reach); ++y)
            for (int x = std::max(0, column - reach); x <= std::min(across_ - 1, column + reach);
                 ++x)
                body(index(x, y));
    };
    const int stride = std::max(1, side_px_ / kSamplesAcross);
    std::vector<Range> ranges(blocks_.size());
    std::vector<ColourSum> colours(blocks_.size());
    for_each_block([&](int column, int row) {
        const cv::Rect pixels = surroundings(column, row, 0, side_px_, picture.size());
        ranges[index(column, row)] = find_range(disparity, pixels);
        colours[index(column, row)] =
            add_colours(disparity, picture, pixels, stride, [](float) { return true; });
    });
    for_each_block([&](int column, int row) {
        Range range;
        visit_around(column, row, 1, [&](std::size_t n) { range.take(ranges[n]); });
        StepBlock& block = blocks_[index(column, row)];
        block.low = range.low;
        block.step = range.high - range.low;
    });

    const float least_px = least_step_px(picture.cols);
    for_each_block([&](int column, int row) {
        StepBlock& block = blocks_[index(column, row)];
        const cv::Rect pixels = surroundings(column, row, 1, side_px_, picture.size());
        if (block.step < least_px || is_slope(disparity, pixels, stride, block)) return;
        // Whole blocks, and of the farther side none that touches the nearer one: what lies right
        // beside a step may belong to its other side.
        ColourSum near, far;
        visit_around(column, row, kColoursReach, [&](std::size_t n) {
            if (block.is_near(ranges[n].low)) near.add(colours[n]);
            if (block.is_far(blocks_[n].low + blocks_[n].step)) far.add(colours[n]);
        });
        const auto sample = [&](const auto& passes) {
            return add_colours(disparity, picture, pixels, stride, passes);
        };
        if (near.pixels == 0) near = sample([&](float d) { return block.is_near(d); });
        if (far.pixels == 0) far = sample([&](float d) { return block.is_far(d); });
        block.has_step = near.pixels > 0 && far.pixels > 0;
        if (!block.has_step) return;
        block.near = near.colours();
        block.far = far.colours();
    });
}

}  // namespace diorama::stereo
