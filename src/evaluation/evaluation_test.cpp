#include "diorama/evaluation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "diorama/error.h"

namespace diorama {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

InverseDepth row(std::vector<float> values) {
    InverseDepth map({static_cast<int>(values.size()), 1});
    map.values() = std::move(values);
    return map;
}

// ---- The error without scale and shift.

TEST(ScaleFreeError, IsZeroForAnyScaleAndShift) {
    const auto truth = row({0, 1, 2, 3, 4});
    EXPECT_NEAR(*scale_free_error(row({10, 13, 16, 19, 22}), truth), 0, 1e-6);
}

// Truth 0 1 2 3 4 has median 2 and mean deviation 6/5, found 0 1 2 3 9 has 2 and 11/5. Differences,
// in units of the deviations: -2/2.2+2/1.2, -1/2.2+1/1.2, 0, 1/2.2-1/1.2, 7/2.2-2/1.2.
TEST(ScaleFreeError, IsTheMeanDifferenceByHand) {
    const double expected =
        (2 * (1 / 1.2 - 1 / 2.2) + (2 / 1.2 - 2 / 2.2) + (7 / 2.2 - 2 / 1.2)) / 5;
    EXPECT_NEAR(*scale_free_error(row({0, 1, 2, 3, 9}), row({0, 1, 2, 3, 4})), expected, 1e-6);
}

TEST(ScaleFreeError, CountsKnownPixelsOnly) {
    const auto truth = row({0, 1, kUnknown, 2, 3, 4});
    EXPECT_NEAR(*scale_free_error(row({0, 1, 99, 2, 3, 4}), truth), 0, 1e-6);
    EXPECT_FALSE(scale_free_error(row({1, 2}), row({kUnknown, kUnknown})));
    EXPECT_FALSE(scale_free_error(row({1, 2}), row({5, 5})));
}

TEST(ScaleFreeError, RefusesTwoSizes) {
    EXPECT_THROW((void)scale_free_error(row({1, 2}), row({1, 2, 3})), Error);
}

// ---- Ordinal accuracy.

TEST(OrdinalAccuracy, KnowsTheOrderItsReverseAndNone) {
    const auto truth = row({0, 1, 2, 3});
    EXPECT_EQ(*ordinal_accuracy(row({1, 10, 11, 500}), truth), 1);
    EXPECT_EQ(*ordinal_accuracy(row({9, 8, 7, 6}), truth), 0);
    EXPECT_EQ(*ordinal_accuracy(row({5, 5, 5, 5}), truth), 0);
}

// Of the six pairs of four pixels one is wrong: 5/6.
TEST(OrdinalAccuracy, CountsPairs) {
    EXPECT_NEAR(*ordinal_accuracy(row({1, 0, 2, 3}), row({0, 1, 2, 3})), 5.0 / 6, 0.02);
}

TEST(OrdinalAccuracy, DoesNotAskAboutNearlyEqualDepths) {
    const auto truth = row({0, 0.01F, 1, 1.01F});
    EXPECT_EQ(*ordinal_accuracy(row({0.01F, 0, 2, 1}), truth), 1);
    EXPECT_FALSE(ordinal_accuracy(row({1, 2}), row({3, 3})));
}

// ---- Edges.

// A square that stands before a ground, with a ramp of this many pixels round it.
InverseDepth square(int ramp_px, float near_value = 1, int shift_px = 0) {
    InverseDepth map({384, 384});
    for (int y = 0; y < 384; ++y)
        for (int x = 0; x < 384; ++x) {
            const int outside = std::max({std::abs(x - 192 - shift_px), std::abs(y - 192)}) - 80;
            const float in = outside <= 0         ? 1.0F
                             : outside >= ramp_px ? 0.0F
                                                  : 1 - static_cast<float>(outside) / ramp_px;
            map.at(x, y) = near_value * in;
        }
    return map;
}

double edge_f1(const InverseDepth& found, const DepthTruth& truth) {
    EdgeScore score;
    score.add(found, truth);
    return score.best_f1().value();
}

TEST(EdgeScore, IsOneForTheTruthAtAnyContrast) {
    EXPECT_NEAR(edge_f1(square(1), square(1)), 1, 0.01);
    EXPECT_NEAR(edge_f1(square(1, 0.1F), square(1)), 1, 0.01);
}

TEST(EdgeScore, FallsWithTheDistanceOfTheEdge) {
    EXPECT_GT(edge_f1(square(1, 1, 2), square(1)), 0.98);
    // Moved by 10 px, the upper and the lower side are still right.
    EXPECT_NEAR(edge_f1(square(1, 1, 10), square(1)), 0.5, 0.1);
}

TEST(EdgeScore, DoesNotJudgeTheUnknown) {
    InverseDepth found = square(1);
    DepthTruth truth = square(1);
    for (int y = 0; y < 60; ++y)
        for (int x = 0; x < 384; ++x) {
            truth.at(x, y) = kUnknown;
            found.at(x, y) = static_cast<float>(x % 20 < 10);
        }
    EXPECT_GT(edge_f1(found, truth), 0.98);
    EdgeScore nothing;
    nothing.add(found, InverseDepth({384, 384}, 1.0F));
    EXPECT_FALSE(nothing.best_f1());
}

// What one eye alone sees, beside the left side of what stands in front, belongs to the ground.
TEST(EdgeScore, GapsBelongToTheFartherSide) {
    DepthTruth truth = square(1);
    for (int y = 112; y <= 272; ++y)
        for (int x = 92; x < 112; ++x) truth.at(x, y) = kUnknown;
    EXPECT_GT(edge_f1(square(1), truth), 0.98);
}

// ---- Mattes.

TEST(MatteScore, ByHand) {
    Matte found({4, 1});
    found.values() = {1, 1, 0, 0};
    Matte truth({4, 1});
    truth.values() = {1, 0.6F, 0.6F, 0};
    const MatteScore score = compare_mattes(found, truth);
    EXPECT_NEAR(score.overlap, 2.0 / 3, 1e-6);
    EXPECT_NEAR(score.error, (0 + 0.4 + 0.6 + 0) / 4, 1e-6);
    EXPECT_EQ(compare_mattes(Matte({2, 2}), Matte({2, 2})).overlap, 1);
}

TEST(IsSure, OfAClearSubjectOnly) {
    Matte matte({100, 100});
    EXPECT_FALSE(is_sure(matte));
    for (int i = 0; i < 5000; ++i) matte.values()[i] = 1;
    EXPECT_TRUE(is_sure(matte));
    for (int i = 5000; i < 9000; ++i) matte.values()[i] = 0.4F;
    EXPECT_FALSE(is_sure(matte));
}

// ---- Films and pairs.

Image noise(Size size, int shift_px) {
    Image image(size, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            // Blobs of 4 px, the same wherever the shift puts them.
            std::mt19937 random(static_cast<unsigned>((x + shift_px) / 4 * 977 + y / 4 * 31));
            random.discard(3);
            std::fill_n(image.row<std::uint8_t>(y) + 3 * x, 3,
                        static_cast<std::uint8_t>(random() % 256));
        }
    return image;
}

TEST(Flicker, IsTheChangeThatDoesNotMoveWithTheFilm) {
    const Size size{160, 120};
    const auto depth = [&](int shift_px, float change) {
        InverseDepth map(size);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x)
                map.at(x, y) = 0.004F * static_cast<float>(x + shift_px) + change;
        return map;
    };
    Flicker steady;
    EXPECT_FALSE(steady.mean_change());
    Flicker nervous;
    for (int frame = 0; frame < 3; ++frame) {
        steady.add(noise(size, 2 * frame), depth(2 * frame, 0));
        nervous.add(noise(size, 2 * frame), depth(2 * frame, 0.1F * (frame % 2)));
    }
    EXPECT_LT(*steady.mean_change(), 0.01);
    EXPECT_NEAR(*nervous.mean_change(), 0.1, 0.01);
}

// ---- Views.

struct MadeView {
    View view{};
    Image truth{};
    Disparity left{};
};

// A view of noise that is what a camera saw, made with no disparity.
MadeView perfect_view(Size size) {
    const Image truth = noise(size, 0);
    return {.view = {.picture = truth, .hole = Matte(size), .disparity = Disparity(size)},
            .truth = truth,
            .left = Disparity(size)};
}

void add_to_column(Image& picture, int x, int change) {
    for (int y = 0; y < picture.height(); ++y)
        for (int c = 0; c < 3; ++c) {
            std::uint8_t& sample = picture.row<std::uint8_t>(y)[3 * x + c];
            sample = static_cast<std::uint8_t>(sample < 128 ? sample + change : sample - change);
        }
}

TEST(CompareViews, KnowsAPerfectView) {
    const MadeView made = perfect_view({40, 30});
    const auto score = compare_views(made.view, made.truth, made.left);
    ASSERT_TRUE(score);
    EXPECT_GT(score->psnr_db, 100);
    EXPECT_GT(score->psnr_visible_db, 100);
    EXPECT_NEAR(score->ssim_visible, 1, 1e-5);
    EXPECT_EQ(score->hole_share, 0);
    EXPECT_FALSE(score->psnr_edges_db);
}

// One column in 40 is off by 20 levels: the mean square is 10.
TEST(CompareViews, IsPsnrByHand) {
    MadeView made = perfect_view({40, 30});
    add_to_column(made.view.picture, 7, 20);
    const auto score = compare_views(made.view, made.truth, made.left);
    EXPECT_NEAR(score->psnr_db, 10 * std::log10(255.0 * 255 / 10), 1e-3);
    EXPECT_LT(score->ssim_visible, 0.999);
}

TEST(CompareViews, LeavesHolesOutOfWhatIsVisible) {
    MadeView made = perfect_view({40, 30});
    add_to_column(made.view.picture, 7, 20);
    for (int y = 0; y < 30; ++y) made.view.hole.at(7, y) = 1;
    const auto score = compare_views(made.view, made.truth, made.left);
    EXPECT_NEAR(score->psnr_db, 10 * std::log10(255.0 * 255 / 10), 1e-3);
    EXPECT_GT(score->psnr_visible_db, 100);
    EXPECT_NEAR(score->hole_share, 1 / 40.0, 1e-9);
}

// With disparities from -3 to 2 the left view shows columns 3 to 37 of the right one.
TEST(CompareViews, LeavesOutWhatTheLeftViewCannotShow) {
    MadeView made = perfect_view({40, 30});
    made.left.at(20, 10) = 2;
    made.left.at(21, 10) = -3;
    for (const int x : {0, 1, 2, 38, 39}) add_to_column(made.view.picture, x, 20);
    EXPECT_GT(compare_views(made.view, made.truth, made.left)->psnr_db, 100);
    add_to_column(made.view.picture, 37, 20);
    EXPECT_LT(compare_views(made.view, made.truth, made.left)->psnr_db, 50);
}

// A step between columns 19 and 20: columns 16 to 23 are near it, and one of the eight is off.
TEST(CompareViews, LooksNearStepsOfDisparity) {
    MadeView made = perfect_view({40, 30});
    for (int y = 0; y < 30; ++y)
        for (int x = 20; x < 40; ++x) made.view.disparity.at(x, y) = 5;
    add_to_column(made.view.picture, 23, 20);
    const auto score = compare_views(made.view, made.truth, made.left);
    ASSERT_TRUE(score->psnr_edges_db);
    EXPECT_NEAR(*score->psnr_edges_db, 10 * std::log10(255.0 * 255 / 50), 1e-3);
}

TEST(CompareViews, HasNothingToSayWhereNothingIsVisibleAndRefusesTwoSizes) {
    MadeView made = perfect_view({40, 30});
    made.view.hole = Matte({40, 30}, 1);
    EXPECT_FALSE(compare_views(made.view, made.truth, made.left));
    EXPECT_THROW((void)compare_views(made.view, noise({41, 30}, 0), made.left), Error);
}

}  // namespace
}  // namespace diorama
