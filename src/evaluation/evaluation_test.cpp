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

TEST(MatchStereo, FindsTheDisparityAndLeavesTheHiddenOut) {
    // A square stands 8 px nearer than its ground.
    const Size size{200, 120};
    const auto is_near = [](int x, int y) { return x >= 80 && x < 140 && y >= 30 && y < 90; };
    const Image ground = noise(size, 400);
    const Image thing = noise(size, 1000);
    Image left = ground;
    Image right = ground;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            if (!is_near(x, y)) continue;
            std::copy_n(thing.row<std::uint8_t>(y) + 3 * x, 3, left.row<std::uint8_t>(y) + 3 * x);
            std::copy_n(thing.row<std::uint8_t>(y) + 3 * x, 3,
                        right.row<std::uint8_t>(y) + 3 * (x - 8));
        }
    const DepthTruth truth = match_stereo(left, right);
    EXPECT_NEAR(truth.at(110, 60), 8, 0.5);
    EXPECT_NEAR(truth.at(30, 20), 0, 0.5);
    int known = 0;
    int wrong = 0;
    for (int y = 5; y < 115; ++y)
        for (int x = 20; x < 195; ++x) {
            const float expected = is_near(x, y) ? 8.0F : 0.0F;
            known += std::isfinite(truth.at(x, y));
            wrong += std::isfinite(truth.at(x, y)) && std::abs(truth.at(x, y) - expected) > 1;
        }
    EXPECT_GT(known, 110 * 175 * 8 / 10);
    EXPECT_LT(wrong, known / 20);
}

}  // namespace
}  // namespace diorama
