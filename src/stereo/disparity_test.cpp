#include "diorama/disparity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "core/thrown_error.h"
#include "diorama/error.h"

namespace diorama {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Size kSize{.width = 400, .height = 200};

// Skewed as depth of photos is: most of it far, little of it near, and some values way out.
InverseDepth skewed_depth() {
    InverseDepth depth(kSize);
    std::mt19937 random(7);
    std::exponential_distribution<float> distances(3);
    for (float& value : depth.values()) value = distances(random);
    depth.at(100, 100) = 50;
    return depth;
}

InverseDepth ramp(float from, float to) {
    InverseDepth depth(kSize);
    for (int y = 0; y < kSize.height; ++y)
        for (int x = 0; x < kSize.width; ++x)
            depth.at(x, y) = std::lerp(from, to, static_cast<float>(x) / (kSize.width - 1));
    return depth;
}

Disparity make(const InverseDepth& depth, const DisparityOptions& options,
               const Brushstrokes& strokes = {}, const RunContext& run = {}) {
    return make_disparity(depth, find_anchors(depth, options), options, strokes, run);
}

double percentile(std::vector<float> values, double fraction) {
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(fraction * static_cast<double>(values.size() - 1))];
}

RunContext listen(std::vector<std::string>& warnings) {
    return {.on_warning = [&](const std::string& line) { warnings.push_back(line); }};
}

TEST(Disparity, SpansTheBudgetWhateverTheToneAndTheExtremes) {
    const InverseDepth depth = skewed_depth();
    for (const double tone : {-1.0, 0.0, 2.0}) {
        const Disparity d =
            make(depth, {.depth_budget_percent = 4, .tone = tone, .comfort = "-100,100"});
        const double span = percentile(d.values(), 0.98) - percentile(d.values(), 0.02);
        EXPECT_NEAR(span, 0.04 * kSize.width, 0.02 * 0.04 * kSize.width) << "tone " << tone;
    }
}

TEST(Disparity, IsNothingOnTheZeroPlane) {
    const InverseDepth depth = ramp(0, 1);
    const DepthAnchors anchors{.far = 0, .near = 1, .zero_plane = 0.25};
    const Disparity d = make_disparity(depth, anchors, {.tone = 1});
    const int on_screen = (kSize.width - 1) / 4;
    EXPECT_LE(d.at(on_screen, 0), 0);
    EXPECT_GT(d.at(on_screen + 1, 0), 0);
}

TEST(Disparity, PutsTheSubjectOnTheScreenElseTheNearestThird) {
    const InverseDepth depth = ramp(0, 1);
    EXPECT_NEAR(find_anchors(depth).zero_plane, (5.0 / 6 - 0.02) / 0.96, 0.01);
    Matte subject(kSize);
    for (int y = 0; y < kSize.height; ++y) std::fill_n(subject.row(y) + 100, 100, 1.0F);
    const double middle = 149.5 / (kSize.width - 1);
    EXPECT_NEAR(find_anchors(depth, {}, &subject).zero_plane, (middle - 0.02) / 0.96, 0.01);
    EXPECT_EQ(find_anchors(depth, {.zero_plane = "0.4"}, &subject).zero_plane, 0.4);
}

TEST(Disparity, GivesMoreOfTheBudgetToWhatToneAsksFor) {
    const InverseDepth depth = ramp(0, 1);
    const auto share_of_near_half = [&](double tone) {
        const Disparity d = make_disparity(depth, {}, {.tone = tone, .comfort = "-100,100"});
        return (d.at(399, 0) - d.at(200, 0)) / (d.at(399, 0) - d.at(0, 0));
    };
    EXPECT_NEAR(share_of_near_half(0), 0.5, 0.01);
    EXPECT_GT(share_of_near_half(1), 0.6);
    EXPECT_LT(share_of_near_half(-1), 0.4);
}

TEST(Disparity, KeepsTheOrderOfDepthAndTheLimitsOfComfort) {
    const InverseDepth depth = ramp(-3, 5);
    std::vector<std::string> warnings;
    const Disparity d = make_disparity(depth, {.zero_plane = 0.5},
                                       {.depth_budget_percent = 3, .tone = 1, .comfort = "-2,1"},
                                       {}, listen(warnings));
    EXPECT_TRUE(std::is_sorted(d.row(0), d.row(0) + kSize.width));
    EXPECT_GE(d.at(0, 0), -0.02 * kSize.width);
    EXPECT_LE(d.at(399, 0), 0.01 * kSize.width);
    EXPECT_THAT(warnings, Contains(HasSubstr("the limit is 1 %")));
    EXPECT_THAT(warnings, Contains(HasSubstr("the limit is -2 %")));
}

TEST(Disparity, WarnsOfAllThatItBends) {
    for (const double budget_percent : {0.7, 0.9, 1.1}) {
        std::vector<std::string> warnings;
        const Disparity d = make_disparity(
            ramp(0, 1), {}, {.depth_budget_percent = budget_percent, .comfort = "-1,1"}, {},
            listen(warnings));
        const bool bent = d.at(399, 0) < 0.01 * budget_percent * kSize.width - 1e-4;
        EXPECT_EQ(bent, budget_percent > 0.8);
        EXPECT_EQ(std::ranges::any_of(warnings,
                                      [](const std::string& line) {
                                          return line.find("--comfort") != std::string::npos;
                                      }),
                  bent)
            << budget_percent;
    }
}

TEST(Disparity, LeavesWhatIsComfortableAsItIs) {
    const InverseDepth depth = ramp(0, 1);
    std::vector<std::string> warnings;
    const DisparityOptions narrow{.depth_budget_percent = 2, .zero_plane = "0.7"};
    const Disparity d = make_disparity(depth, {.zero_plane = 0.7}, narrow, {}, listen(warnings));
    EXPECT_NEAR(d.at(0, 0), -0.7 * 8, 1e-4);
    EXPECT_NEAR(d.at(399, 0), 0.3 * 8, 1e-4);
}

TEST(Disparity, TakesLocalMapsAsEquationThreeDoes) {
    const InverseDepth depth = ramp(0, 1);
    Brushstrokes strokes;
    strokes.v_s = Map<LocalScaleKind>(kSize, 2.0F);
    strokes.v_t = Map<LocalShiftKind>(kSize, -0.25F);
    const Disparity d =
        make_disparity(depth, {.zero_plane = 0.5}, {.depth_budget_percent = 1}, strokes);
    for (const int x : {0, 99, 399}) {
        const double iz = static_cast<double>(x) / 399;
        EXPECT_NEAR(d.at(x, 3), 4 * (2 * iz - 0.25) - 4 * 0.5, 1e-4);
    }
}

TEST(Disparity, LiftsByPercentWhereTheMatteIsAndAlsoWithoutBudget) {
    Matte matte(kSize);
    matte.at(10, 10) = 1;
    matte.at(11, 10) = 0.5F;
    Brushstrokes strokes;
    add_lift(strokes, matte, 1);
    add_lift(strokes, matte, 0.5);
    const Disparity d = make_disparity(ramp(0, 1), {}, {.depth_budget_percent = 0}, strokes);
    EXPECT_FLOAT_EQ(d.at(10, 10), 6);
    EXPECT_FLOAT_EQ(d.at(11, 10), 3);
    EXPECT_EQ(d.at(12, 10), 0);
}

TEST(Disparity, OfConstantDepthLiesOnTheScreenWithAWarning) {
    std::vector<std::string> warnings;
    const Disparity d = make(ramp(0.3F, 0.3F), {}, {}, listen(warnings));
    EXPECT_THAT(d.values(), testing::Each(0.0F));
    EXPECT_THAT(warnings, Contains(HasSubstr("same everywhere")));
}

// A block that reaches the left edge and one that does not.
InverseDepth blocks() {
    InverseDepth depth(kSize, 0.0F);
    for (int y = 40; y < 160; ++y) {
        std::fill_n(depth.row(y), 100, 1.0F);
        std::fill_n(depth.row(y) + 200, 100, 1.0F);
    }
    return depth;
}

TEST(Disparity, TellsWhatAnEdgeCuts) {
    std::vector<std::string> warnings;
    const Disparity d = make_disparity(blocks(), {.zero_plane = 0.5}, {.depth_budget_percent = 2},
                                       {}, listen(warnings));
    const EdgeCuts cuts = find_edge_cuts(d);
    EXPECT_FLOAT_EQ(static_cast<float>(cuts.left.px), 4);
    EXPECT_NEAR(cuts.left.rows, 0.6, 1e-9);
    EXPECT_EQ(cuts.right.px, 0);
    EXPECT_THAT(warnings, testing::ElementsAre(HasSubstr("left edge")));
}

TEST(Disparity, DrawsBackOnlyWhatAnEdgeCuts) {
    std::vector<std::string> warnings;
    const DisparityOptions pull{.depth_budget_percent = 2, .edge_violation = EdgeViolation::pull};
    const Disparity d = make_disparity(blocks(), {.zero_plane = 0.5}, pull, {}, listen(warnings));
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(find_edge_cuts(d).left.px, 0);
    EXPECT_TRUE(std::is_sorted(d.row(100), d.row(100) + 100));
    EXPECT_FLOAT_EQ(d.at(99, 100), 4);
    EXPECT_FLOAT_EQ(d.at(200, 100), 4);
    EXPECT_FLOAT_EQ(d.at(150, 100), -4);
}

TEST(Disparity, RefusesWhatMakesNoSense) {
    const InverseDepth depth = ramp(0, 1);
    const auto fails = [](const auto& act, ErrorCode code, const char* line) {
        const Error error = error_of(act);
        EXPECT_EQ(error.code(), code);
        EXPECT_THAT(error.what(), HasSubstr(line));
    };
    InverseDepth broken = depth;
    broken.at(7, 5) = std::numeric_limits<float>::quiet_NaN();
    fails([&] { (void)find_anchors(broken); }, ErrorCode::unreadable, "pixel (7, 5)");
    fails([&] { (void)make_disparity(broken, {}); }, ErrorCode::unreadable, "pixel (7, 5)");
    fails([&] { (void)make(depth, {.zero_plane = "near"}); }, ErrorCode::usage, "--zero-plane");
    for (const char* comfort : {"2", "2,-3", "-3,0", "a,b", "-3,2,1"})
        fails([&] { (void)make(depth, {.comfort = comfort}); }, ErrorCode::usage, "--comfort");
    fails([&] { (void)make(depth, {.depth_budget_percent = -1}); }, ErrorCode::usage,
          "--depth-budget");
    Brushstrokes strokes;
    add_lift(strokes, Matte({.width = 3, .height = 3}), 1);
    fails([&] { (void)make(depth, {}, strokes); }, ErrorCode::mismatch, "3×3");
}

}  // namespace
}  // namespace diorama
