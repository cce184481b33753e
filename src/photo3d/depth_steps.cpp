#include "photo3d/depth_steps.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/in_parallel.h"
#include "core/parallel.h"

namespace diorama::photo3d {
namespace {

constexpr int kLevels = 256;
// A cut that meets less than this part of all steps is not worth a layer.
constexpr double kWorth = 0.06;
// How far from the two ends of a step a cut must run, in parts of the step.
constexpr double kInset = 0.2;

struct Extremes {
    cv::Mat_<float> low;
    cv::Mat_<float> high;
};

// Of the values within so many pixels.
Extremes extremes(const cv::Mat_<float>& depth, int radius_px, const RunContext& run) {
    const int side = 2 * radius_px + 1;
    const cv::Mat window = cv::getStructuringElement(cv::MORPH_RECT, {side, side});
    Extremes found;
    core::in_parallel(
        run, [&] { cv::erode(depth, found.low, window); },
        [&] { cv::dilate(depth, found.high, window); });
    return found;
}

// How many neighbours part at a step from one level to another.
using Steps = cv::Mat_<int>;

int level_of(float depth) {
    return std::clamp(static_cast<int>(std::lround(depth * (kLevels - 1))), 0, kLevels - 1);
}

void count_step(float a, float b, Steps& steps) {
    if (std::abs(a - b) > kStep) ++steps(level_of(std::min(a, b)), level_of(std::max(a, b)));
}

Steps count_steps(const cv::Mat_<float>& depth) {
    Steps steps(kLevels, kLevels, 0);
    for (int y = 0; y < depth.rows; ++y)
        for (int x = 0; x < depth.cols; ++x) {
            if (x + 1 < depth.cols) count_step(depth(y, x), depth(y, x + 1), steps);
            if (y + 1 < depth.rows) count_step(depth(y, x), depth(y + 1, x), steps);
        }
    return steps;
}

// The levels at which a step between two levels can be cut.
cv::Range cuttable(int low, int high) {
    const int inset = static_cast<int>(std::ceil(kInset * (high - low)));
    return {low + inset, high - inset + 1};
}

// How much each level parts: the steps that a cut there meets, by their height.
std::vector<double> weigh_levels(const Steps& steps) {
    std::vector<double> rises(kLevels + 1, 0.0);
    for (int low = 0; low < kLevels; ++low)
        for (int high = low + 1; high < kLevels; ++high) {
            const double weight = static_cast<double>(steps(low, high)) * (high - low);
            const cv::Range levels = cuttable(low, high);
            rises[levels.start] += weight;
            rises[levels.end] -= weight;
        }
    std::vector<double> weights(kLevels, 0.0);
    double sum = 0;
    for (int level = 0; level < kLevels; ++level) weights[level] = sum += rises[level];
    return weights;
}

double total_weight(const Steps& steps) {
    double sum = 0;
    for (int low = 0; low < kLevels; ++low)
        for (int high = low + 1; high < kLevels; ++high)
            sum += static_cast<double>(steps(low, high)) * (high - low);
    return sum;
}

void forget_steps_across(int cut, Steps& steps) {
    for (int low = 0; low < cut; ++low)
        for (int high = cut; high < kLevels; ++high) {
            const cv::Range levels = cuttable(low, high);
            if (cut >= levels.start && cut < levels.end) steps(low, high) = 0;
        }
}

}  // namespace

cv::Mat_<float> sharpen_steps(const cv::Mat_<float>& depth, int radius_px, const RunContext& run) {
    const Extremes near_by = extremes(depth, radius_px, run);
    cv::Mat_<float> sharp = depth.clone();
    core::parallel_rows(run, depth.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < depth.cols; ++x) {
                const float low = near_by.low(y, x);
                const float high = near_by.high(y, x);
                if (high - low > kStep) sharp(y, x) = 2 * depth(y, x) < low + high ? low : high;
            }
    });
    return sharp;
}

// On levels, which are a quarter of the work.
cv::Mat_<uchar> find_steps(const cv::Mat_<float>& depth, int radius_px) {
    const int side = 2 * radius_px + 1;
    cv::Mat_<uchar> levels;
    cv::Mat_<uchar> steps;
    depth.convertTo(levels, CV_8U, kLevels - 1);
    cv::morphologyEx(levels, steps, cv::MORPH_GRADIENT, cv::Mat::ones(side, side, CV_8U));
    return steps > kStep * (kLevels - 1);
}

std::vector<float> find_cuts(const cv::Mat_<float>& depth, int most) {
    Steps steps = count_steps(depth);
    const double total = total_weight(steps);
    std::vector<float> cuts;
    while (static_cast<int>(cuts.size()) < most) {
        const std::vector<double> weights = weigh_levels(steps);
        const auto best = std::ranges::max_element(weights);
        if (*best <= kWorth * total) break;
        const int cut = static_cast<int>(best - weights.begin());
        cuts.push_back(static_cast<float>(cut) / (kLevels - 1));
        forget_steps_across(cut, steps);
    }
    std::ranges::sort(cuts);
    return cuts;
}

}  // namespace diorama::photo3d
