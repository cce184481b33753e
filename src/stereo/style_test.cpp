#include "diorama/style.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "diorama/error.h"

namespace diorama {
namespace {

template <class MapKind>
MapKind row(std::vector<float> values) {
    MapKind map({static_cast<int>(values.size()), 1});
    map.values() = std::move(values);
    return map;
}

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

// ---- Equation 6.

TEST(StyleFit, FindsTheLineInPercentOfTheWidth) {
    // Four pixels wide: d = 2·iz − 0.4 pixels are 50 % and −10 % of the width.
    const auto iz = row<InverseDepth>({0, 0.25F, 0.5F, 1});
    const auto d = row<Disparity>({-0.4F, 0.1F, 0.6F, 1.6F});
    const auto style = fit_style(iz, d, Matte({4, 1}, 1));
    ASSERT_TRUE(style);
    EXPECT_NEAR(style->s_percent, 50, 1e-4);
    EXPECT_NEAR(style->t_percent, -10, 1e-4);
}

// Three points that lie on no line: iz 0 1 2, d 0 3 3. Means 1 and 2, covariance 3/3, variance
// 2/3: s = 1.5, t = 0.5; pixels of a width of 3 are 100/3 percent.
TEST(StyleFit, IsLeastSquaresByHand) {
    const auto style =
        fit_style(row<InverseDepth>({0, 1, 2}), row<Disparity>({0, 3, 3}), Matte({3, 1}, 1));
    ASSERT_TRUE(style);
    EXPECT_NEAR(style->s_percent, 150 / 3.0, 1e-9);
    EXPECT_NEAR(style->t_percent, 50 / 3.0, 1e-9);
}

TEST(StyleFit, CountsWhatTheMaskWeighs) {
    const auto iz = row<InverseDepth>({0, 1, 2, 3});
    const auto d = row<Disparity>({0, 2, kUnknown, 99});
    const auto style = fit_style(iz, d, row<Matte>({1, 1, 0, 0}));
    ASSERT_TRUE(style);
    EXPECT_NEAR(style->s_percent, 50, 1e-9);
    EXPECT_NEAR(style->t_percent, 0, 1e-9);
    // A weight of 2 counts as two pixels: iz 0 1 1, d 0 1 4 and 0 1 4 4 differ.
    const auto twice =
        fit_style(row<InverseDepth>({0, 1, 1, 1}), row<Disparity>({0, 1, 4, 4}), Matte({4, 1}, 1));
    const auto weighted = fit_style(row<InverseDepth>({0, 1, 1, 9}), row<Disparity>({0, 1, 4, 9}),
                                    row<Matte>({1, 1, 2, 0}));
    EXPECT_NEAR(twice->s_percent, weighted->s_percent, 1e-9);
    EXPECT_NEAR(twice->s_percent, 75, 1e-9);
}

TEST(StyleFit, HasNoneWhereNothingCountsOrDepthIsFlat) {
    const auto iz = row<InverseDepth>({0, 1});
    EXPECT_FALSE(fit_style(iz, row<Disparity>({0, 1}), Matte({2, 1}, 0)));
    EXPECT_FALSE(fit_style(iz, row<Disparity>({0, 1}), row<Matte>({1, 0})));
    EXPECT_FALSE(fit_style(row<InverseDepth>({5, 5}), row<Disparity>({0, 1}), Matte({2, 1}, 1)));
    EXPECT_THROW((void)fit_style(iz, row<Disparity>({0, 1, 2}), Matte({3, 1}, 1)), Error);
    EXPECT_THROW((void)fit_style(iz, row<Disparity>({0, 1}), Matte({3, 1}, 1)), Error);
}

TEST(StyleFit, GivesBackWhatWasDrawn) {
    InverseDepth iz({64, 48});
    std::mt19937 random(1);
    std::uniform_real_distribution<float> depth(-0.1F, 1.2F);
    for (float& value : iz.values()) value = depth(random);
    const StereoStyle style{.s_percent = 2.5, .t_percent = -0.75};
    const auto found = fit_style(iz, draw_style(iz, style), Matte(iz.size(), 1));
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->s_percent, style.s_percent, 1e-5);
    EXPECT_NEAR(found->t_percent, style.t_percent, 1e-5);
}

// ---- Section 3.5.

TEST(StyleSpread, IsMeanAndDeviationByHand) {
    const std::vector<StereoStyle> styles{{.s_percent = 1, .t_percent = -1},
                                          {.s_percent = 3, .t_percent = -1},
                                          {.s_percent = 5, .t_percent = 2}};
    const StyleSpread spread = find_spread(styles);
    EXPECT_NEAR(spread.mean.s_percent, 3, 1e-12);
    EXPECT_NEAR(spread.mean.t_percent, 0, 1e-12);
    EXPECT_NEAR(spread.deviation.s_percent, std::sqrt(8 / 3.0), 1e-12);
    EXPECT_NEAR(spread.deviation.t_percent, std::sqrt(2.0), 1e-12);
    EXPECT_EQ(find_spread({}).mean, StereoStyle{});
    EXPECT_EQ(find_spread({}).deviation, StereoStyle{});
}

// ---- Borrowing.

TEST(SetStyle, IsBudgetAndZeroPlane) {
    DisparityOptions options;
    DepthAnchors anchors;
    set_style(options, anchors, {.s_percent = 4, .t_percent = -1});
    EXPECT_EQ(options.depth_budget_percent, 4);
    EXPECT_EQ(anchors.zero_plane, 0.25);
    set_style(options, anchors, {.s_percent = 4, .t_percent = 2});  // all before the screen
    EXPECT_EQ(anchors.zero_plane, -0.5);
}

TEST(ComfortableStyle, IsNarrowedAndShiftedNoMoreThanItTakes) {
    std::vector<std::string> warnings;
    const RunContext run{.on_warning = [&](const std::string& line) { warnings.push_back(line); }};
    const DisparityOptions options{.comfort = "-3,2"};
    const StereoStyle fits{.s_percent = 4, .t_percent = -2.5};
    EXPECT_EQ(make_comfortable(fits, options, run), fits);
    EXPECT_TRUE(warnings.empty());
    const auto become = [&](double s, double t) {
        return make_comfortable({.s_percent = s, .t_percent = t}, options, run);
    };
    EXPECT_EQ(become(4, 7), (StereoStyle{.s_percent = 4, .t_percent = -2}));
    EXPECT_EQ(become(2, -5), (StereoStyle{.s_percent = 2, .t_percent = -3}));
    EXPECT_EQ(become(11, 5), (StereoStyle{.s_percent = 5, .t_percent = -3}));
    EXPECT_EQ(warnings.size(), 3U);
    // Inside out, as set_style refuses it.
    EXPECT_EQ(become(-2, 9), (StereoStyle{.s_percent = -2, .t_percent = 9}));
}

// What a borrowed style makes of other depth has that style.
TEST(SetStyle, IsWhatDisparityThenHas) {
    InverseDepth iz({101, 3});
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x <= 100; ++x) iz.at(x, y) = static_cast<float>(x - 2) / 96;
    const StereoStyle style{.s_percent = 1.5, .t_percent = -0.6};
    DisparityOptions options;
    DepthAnchors anchors = find_anchors(iz, options);
    set_style(options, anchors, style);
    const Disparity made = make_disparity(iz, anchors, options);
    const auto found = fit_style(iz, made, Matte(iz.size(), 1));
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->s_percent, style.s_percent, 0.03);
    EXPECT_NEAR(found->t_percent, style.t_percent, 0.03);
}

TEST(SetStyle, RefusesFlatAndSwapped) {
    DisparityOptions options;
    DepthAnchors anchors;
    EXPECT_THROW(set_style(options, anchors, {.s_percent = 0, .t_percent = 1}), Error);
    EXPECT_THROW(set_style(options, anchors, {.s_percent = -2, .t_percent = 1}), Error);
    EXPECT_THROW(set_style(options, anchors, {.s_percent = 1e9, .t_percent = 0}), Error);
    EXPECT_EQ(options.depth_budget_percent, DisparityOptions{}.depth_budget_percent);
}

// ---- Equation 10.

// d = 10·iz fits exactly, so both fall at the same places.
TEST(DdcIou, IsOneForALine) {
    const auto iz = row<InverseDepth>({0, 1, 1, 0, 0, 0.5F, 0});
    const auto d = row<Disparity>({0, 10, 10, 0, 0, 5, 0});
    EXPECT_EQ(find_ddc_iou(iz, d, Matte({7, 1}, 1)), 1);
}

// Depth 1 1 0 0 1 1 0 0 and disparity 8 8 8 0 8 8 0 0: the line is s = 6, t = 2 (means 0.5 and 5,
// covariance 1.5, variance 0.25), so it falls by 6 after pixels 1 and 5; disparity after 2 and 5.
// One of three is common.
TEST(DdcIou, CountsFallingStepsByHand) {
    const auto iz = row<InverseDepth>({1, 1, 0, 0, 1, 1, 0, 0});
    const auto d = row<Disparity>({8, 8, 8, 0, 8, 8, 0, 0});
    EXPECT_NEAR(find_ddc_iou(iz, d, Matte({8, 1}, 1)), 1.0 / 3, 1e-9);
}

TEST(DdcIou, LooksAtNeighboursInsideTheMaskOnly) {
    const auto iz = row<InverseDepth>({1, 1, 0, 0, 1, 1, 0, 0});
    const auto d = row<Disparity>({8, 8, kUnknown, 0, 8, 8, 0, 0});
    EXPECT_EQ(find_ddc_iou(iz, d, row<Matte>({1, 1, 0, 1, 1, 1, 1, 1})), 1);
}

TEST(DdcIou, IsZeroForAFlatBlueprint) {
    const auto iz = row<InverseDepth>({1, 1, 0, 0});
    EXPECT_EQ(find_ddc_iou(iz, Disparity({4, 1}, 3), Matte({4, 1}, 1)), 0);
    EXPECT_EQ(find_ddc_iou(InverseDepth({4, 1}, 1), Disparity({4, 1}, 3), Matte({4, 1}, 1)), 0);
}

// A step of 0.6 pixels counts, and one of 0.4 does not; rising steps never do.
TEST(DdcIou, NeedsMoreThanHalfAPixel) {
    const auto iz = row<InverseDepth>({1, 0, 0, 1, 1, 0});
    const auto like = [&](float step) { return row<Disparity>({step, 0, 0, step, step, 0}); };
    EXPECT_EQ(find_ddc_iou(iz, like(0.6F), Matte({6, 1}, 1)), 1);
    EXPECT_EQ(find_ddc_iou(iz, like(0.4F), Matte({6, 1}, 1)), 0);
    EXPECT_EQ(find_ddc_iou(row<InverseDepth>({0, 1}), row<Disparity>({0, 9}), Matte({2, 1}, 1)), 0);
}

}  // namespace
}  // namespace diorama
