// Depth of networks is smeared over its steps and lies beside them by some pixels, and a surface
// that is drawn over a smear is rubber. First each pixel of a smear goes to the side of the step
// whose depth and colour it has. Then the nearer side grows over what touches it and is unlike
// what lies behind it: rings, fringes and hair that the network never saw.
#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "diorama/stereo.h"
#include "perception/working_copy.h"
#include "stereo/map_checks.h"
#include "stereo/step_blocks.h"

namespace diorama {
namespace stereo {
namespace {

// How much more smeared depth says, from −1 to 1, than colour, of which no more than so much is
// heard.
constexpr float kDepthSays = 3;
constexpr float kMostOfColour = 2;
// A smear changes from pixel to pixel by at least this share of its step; what is calmer is a third
// surface between the two.
constexpr float kCalm = 0.05F;

// How far the nearer side grows, of the width. Colours are unlike the farther side's from so many
// squared standard deviations on, unless they are so much more unlike the nearer side's.
constexpr float kGrowth = 0.012F;
constexpr float kUnlike = 12;
constexpr float kAlien = 4;
// Outlines are soft in pictures: so much more of the width belongs to the nearer side's.
constexpr float kSoftness = 0.0015F;

// Where a step of smeared depth is steepest, so much of it lies between one pixel and the next;
// nearly all of it where depth is known to the pixel.
constexpr float kSharp = 0.8F;

struct Pixel {
    int x = 0;
    int y = 0;
};
constexpr std::array<Pixel, 4> kNeighbours{{{-1, 0}, {1, 0}, {0, -1}, {0, 1}}};

// What a walk over neighbours has reached, and the step that it knows of.
struct Front {
    Pixel at{};
    int steps = 0;
    float disparity = 0;
    const StepBlock* block = nullptr;
};

class Snapper {
 public:
    Snapper(const Disparity& disparity, const cv::Mat_<cv::Vec3b>& picture, const RunContext& run)
        : disparity_(disparity),
          picture_(picture),
          blocks_(disparity, picture, run),
          least_px_(least_step_px(picture.cols)),
          snapped_(disparity) {}

    Disparity snap(const RunContext& run) {
        core::parallel_rows(run, blocks_.down(), [&](int begin, int end) {
            run.throw_if_stopped();
            for (int row = begin; row < end; ++row)
                for (int column = 0; column < blocks_.across(); ++column)
                    if (blocks_.block(column, row).has_step) sharpen(column, row);
        });
        std::vector<Front> fronts = find_outlines(run);
        grow(fronts, share_px(kGrowth, picture_.cols), [&](const StepBlock& block, Pixel at) {
            const cv::Vec3b& colour = picture_(at.y, at.x);
            const float from_far = block.far.distance(colour);
            return from_far >= kUnlike && block.near.distance(colour) <= kAlien * from_far;
        });
        run.throw_if_stopped();
        for (Front& front : fronts) front.steps = 0;
        grow(fronts, share_px(kSoftness, picture_.cols),
             [](const StepBlock&, Pixel) { return true; });
        return std::move(snapped_);
    }

 private:
    [[nodiscard]] bool contains(Pixel at) const {
        return at.x >= 0 && at.y >= 0 && at.x < picture_.cols && at.y < picture_.rows;
    }

    void sharpen(int column, int row) {
        const StepBlock& block = blocks_.block(column, row);
        const int side = blocks_.side_px();
        for (int y = row * side; y < std::min((row + 1) * side, picture_.rows); ++y)
            for (int x = column * side; x < std::min((column + 1) * side, picture_.cols); ++x) {
                const float d = disparity_.at(x, y);
                if (block.is_near(d) || block.is_far(d) || is_calm(block, {x, y})) continue;
                snapped_.at(x, y) = read_side(block, {x, y}, goes_near(block, {x, y}));
            }
    }

    [[nodiscard]] bool is_calm(const StepBlock& block, Pixel at) const {
        if (!contains({at.x - 1, at.y - 1}) || !contains({at.x + 1, at.y + 1})) return false;
        const float across = disparity_.at(at.x + 1, at.y) - disparity_.at(at.x - 1, at.y);
        const float down = disparity_.at(at.x, at.y + 1) - disparity_.at(at.x, at.y - 1);
        return std::max(std::abs(across), std::abs(down)) < kCalm * block.step;
    }

    [[nodiscard]] bool goes_near(const StepBlock& block, Pixel at) const {
        const cv::Vec3b& colour = picture_(at.y, at.x);
        const float by_colour = (block.far.distance(colour) - block.near.distance(colour)) / 2;
        const float by_depth = 2 * (disparity_.at(at.x, at.y) - block.low) / block.step - 1;
        return kDepthSays * by_depth + std::clamp(by_colour, -kMostOfColour, kMostOfColour) > 0;
    }

    // The mean of pixels around that lie on one side without doubt.
    [[nodiscard]] float read_side(const StepBlock& block, Pixel at, bool near) const {
        const int reach = blocks_.side_px();
        const int stride = std::max(1, reach / 2);
        float sum = 0;
        int pixels = 0;
        for (int y = std::max(0, at.y - reach); y <= std::min(picture_.rows - 1, at.y + reach);
             y += stride)
            for (int x = std::max(0, at.x - reach); x <= std::min(picture_.cols - 1, at.x + reach);
                 x += stride) {
                const float d = disparity_.at(x, y);
                if (!(near ? block.is_near(d) : block.is_far(d))) continue;
                sum += d;
                ++pixels;
            }
        if (pixels > 0) return sum / static_cast<float>(pixels);
        return near ? block.low + block.step : block.low;
    }

    // Lets nearer sides take their neighbours which `belongs` says are theirs, up to so many steps
    // away. What is taken joins the fronts.
    template <class Test>
    void grow(std::vector<Front>& fronts, int most_steps, const Test& belongs) {
        for (std::size_t n = 0; n < fronts.size(); ++n) {
            const Front front = fronts[n];
            if (front.steps >= most_steps) continue;
            for (const Pixel& way : kNeighbours) {
                const Pixel to{front.at.x + way.x, front.at.y + way.y};
                if (!contains(to) || front.disparity - snapped_.at(to.x, to.y) <= least_px_)
                    continue;
                const StepBlock& there = blocks_.at(to.x, to.y);
                const StepBlock& block = there.has_step ? there : *front.block;
                if (front.disparity < block.low + block.step / 2 || !belongs(block, to)) continue;
                snapped_.at(to.x, to.y) = front.disparity;
                fronts.push_back({to, front.steps + 1, front.disparity, &block});
            }
        }
    }

    // Pixels beside which there is something farther.
    [[nodiscard]] std::vector<Front> find_outlines(const RunContext& run) const {
        std::vector<std::vector<Front>> rows(static_cast<std::size_t>(picture_.rows));
        core::parallel_rows(run, picture_.rows, [&](int begin, int end) {
            run.throw_if_stopped();
            for (int y = begin; y < end; ++y) find_outlines(y, rows[static_cast<std::size_t>(y)]);
        });
        std::vector<Front> outlines;
        for (const auto& row : rows) outlines.insert(outlines.end(), row.begin(), row.end());
        return outlines;
    }

    void find_outlines(int y, std::vector<Front>& found) const {
        const int side = blocks_.side_px(), last = picture_.cols - 1;
        const float* const row = snapped_.row(y);
        const float* const above = snapped_.row(std::max(0, y - 1));
        const float* const below = snapped_.row(std::min(picture_.rows - 1, y + 1));
        for (int column = 0; column < blocks_.across(); ++column) {
            const StepBlock& block = blocks_.block(column, y / side);
            if (!block.has_step) continue;
            for (int x = column * side; x < std::min((column + 1) * side, picture_.cols); ++x) {
                const float beside = std::min(row[std::max(0, x - 1)], row[std::min(last, x + 1)]);
                const float farthest = std::min(beside, std::min(above[x], below[x]));
                if (row[x] - farthest > least_px_) found.push_back({{x, y}, 0, row[x], &block});
            }
        }
    }

    const Disparity& disparity_;
    const cv::Mat_<cv::Vec3b>& picture_;
    StepBlocks blocks_;
    float least_px_ = 0;
    Disparity snapped_;
};

// Along some rows, where a step is steepest: how much of the change within so many pixels around it
// lies between two neighbours, a mean by height.
float measure_sharpness(const Disparity& disparity, float least_px) {
    constexpr int kAround = 2;
    constexpr int kEvery = 3;
    double steepest = 0, all = 0;
    for (int y = 0; y < disparity.height(); y += kEvery) {
        const float* const d = disparity.row(y);
        const auto change = [&](int x) { return std::abs(d[x + 1] - d[x]); };
        for (int x = kAround; x + kAround + 1 < disparity.width(); ++x) {
            const float whole = std::abs(d[x + 1 + kAround] - d[x - kAround]);
            if (whole < least_px) continue;
            const float here = change(x);
            if (here < std::max({change(x - 2), change(x - 1), change(x + 1), change(x + 2)}))
                continue;
            steepest += std::min(here, whole);
            all += whole;
        }
    }
    return all > 0 ? static_cast<float>(steepest / all) : 0;
}

}  // namespace
}  // namespace stereo

Disparity snap_edges(const Disparity& disparity, const Image& picture, const RunContext& run) {
    stereo::require_size(disparity.size(), picture.size(), "disparity");
    auto colours = perception::working_copy(picture, picture.size());
    // Light and shadow on one surface differ in brightness, and little in the two other channels.
    cv::cvtColor(colours, colours, cv::COLOR_RGB2YCrCb);
    return stereo::Snapper(disparity, colours, run).snap(run);
}

Disparity place_edges(const Disparity& disparity, const Image& picture, DepthEdges edges,
                      const RunContext& run) {
    using namespace stereo;
    const bool stays = edges == DepthEdges::keep ||
                       (edges == DepthEdges::automatic &&
                        measure_sharpness(disparity, least_step_px(disparity.width())) > kSharp);
    return stays ? disparity : snap_edges(disparity, picture, run);
}

}  // namespace diorama
