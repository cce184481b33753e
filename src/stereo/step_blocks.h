#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <array>
#include <opencv2/core.hpp>
#include <vector>

#include "diorama/disparity.h"
#include "diorama/run.h"

namespace diorama::stereo {

// Smaller differences of neighbours' disparity are no steps: nobody sees them tear.
[[nodiscard]] float least_step_px(int width);

// A share of the width, in whole pixels.
[[nodiscard]] int share_px(float share, int width);

// Colours of a surface beside a step, as a normal distribution without correlations.
struct SideColours {
    std::array<float, 3> mean{};
    std::array<float, 3> per_variance{};

    // The squared distance of a colour from them, in standard deviations.
    [[nodiscard]] float distance(const cv::Vec3b& colour) const {
        float sum = 0;
        for (int c = 0; c < 3; ++c) {
            const float off = static_cast<float>(colour[c]) - mean[static_cast<std::size_t>(c)];
            sum += off * off * per_variance[static_cast<std::size_t>(c)];
        }
        return sum;
    }
};

// A square of pixels, and the two surfaces that meet in it or right beside it.
struct StepBlock {
    bool has_step = false;  // false also on slopes, of which no side can be told
    float low = 0;          // the least disparity around
    float step = 0;         // from there to the greatest
    SideColours near{};
    SideColours far{};

    // On which side of the step a disparity lies without doubt: that much of its height at either
    // end.
    static constexpr float kEnd = 0.25F;
    [[nodiscard]] bool is_near(float disparity) const {
        return disparity > low + (1 - kEnd) * step;
    }
    [[nodiscard]] bool is_far(float disparity) const { return disparity < low + kEnd * step; }
};

// The squares of a picture.
class StepBlocks {
 public:
    StepBlocks(const Disparity& disparity, const cv::Mat_<cv::Vec3b>& picture,
               const RunContext& run);

    [[nodiscard]] int side_px() const { return side_px_; }
    [[nodiscard]] int across() const { return across_; }
    [[nodiscard]] int down() const { return down_; }
    [[nodiscard]] const StepBlock& block(int column, int row) const {
        return blocks_[static_cast<std::size_t>(row) * across_ + column];
    }
    [[nodiscard]] const StepBlock& at(int x, int y) const {
        return block(column_of_[static_cast<std::size_t>(x)], row_of_[static_cast<std::size_t>(y)]);
    }

 private:
    int side_px_ = 0;
    int across_ = 0;
    int down_ = 0;
    std::vector<int> column_of_, row_of_;  // of each x and y: quicker than to divide
    std::vector<StepBlock> blocks_;
};

}  // namespace diorama::stereo
