#include "losses/losses.h"

#include <gtest/gtest.h>

#include <cmath>

namespace diorama::training {
namespace {

torch::Tensor map(std::vector<float> values, std::int64_t height, std::int64_t width) {
    return torch::tensor(values).view({1, 1, height, width});
}

double value(const torch::Tensor& loss) {
    return loss.item<double>();
}

TEST(Losses, DepthLosesMedianAndMeanDeviation) {
    // Median 2, mean absolute deviation (2 + 1 + 0 + 1 + 6) / 5 = 2.
    const auto found = remove_scale_and_shift(map({0, 1, 2, 3, 8}, 1, 5));
    EXPECT_TRUE(torch::allclose(found, map({-1, -0.5, 0, 0.5, 3}, 1, 5)));
}

TEST(Losses, DepthComparesWhatIsLeft) {
    // (0, 1, 2) becomes (−1.5, 0, 1.5) and (0, 0, 3) becomes (0, 0, 3): differences 1.5, 0, 1.5.
    EXPECT_NEAR(value(depth_loss(depth_difference(map({0, 1, 2}, 1, 3), map({0, 0, 3}, 1, 3)))),
                1.0, 1e-5);
}

TEST(Losses, DepthIgnoresScaleAndOffset) {
    torch::manual_seed(1);
    const auto truth = torch::rand({3, 1, 9, 7});
    EXPECT_LT(value(depth_difference(5 * truth - 2, truth).abs().max()), 1e-5);
    EXPECT_GT(value(depth_loss(depth_difference(-truth, truth))), 0.5);
}

TEST(Losses, GradientLooksAtStepsOfTheDifference) {
    // Less scale and shift: (−1.5, 0, 1.5) and (0, 0, 3); their difference (−1.5, 0, −1.5) has
    // steps of 1.5. In a map of one row there are no steps downwards; two rows alike have steps of
    // 0.
    const auto found = map({0, 1, 2, 0, 1, 2}, 2, 3);
    const auto truth = map({0, 0, 3, 0, 0, 3}, 2, 3);
    EXPECT_NEAR(value(gradient_loss(depth_difference(found, truth), 1)), 1.5, 1e-5);
}

TEST(Losses, AFlatMapGivesNumbers) {
    const auto flat = torch::full({1, 1, 4, 4}, 0.3);
    EXPECT_TRUE(
        std::isfinite(value(depth_loss(depth_difference(flat, torch::rand({1, 1, 4, 4}))))));
    EXPECT_NEAR(value(depth_loss(depth_difference(flat, flat))), 0, 1e-6);
}

TEST(Losses, MatteEntropyOfAnUndecidedAnswerIsLogTwo) {
    EXPECT_NEAR(value(matte_entropy(map({0, 0}, 1, 2), map({0, 1}, 1, 2))), std::log(2.0), 1e-6);
}

TEST(Losses, MatteOverlapIsOneLessSoftIntersectionOverUnion) {
    // Found (½, ½), true (1, 0): they share ½ and cover 1 + ½.
    EXPECT_NEAR(value(matte_overlap_loss(map({0, 0}, 1, 2), map({1, 0}, 1, 2))), 1 - 0.5 / 1.5,
                1e-5);
    EXPECT_NEAR(value(matte_overlap_loss(map({20, -20}, 1, 2), map({1, 0}, 1, 2))), 0, 1e-5);
}

TEST(Losses, MatteOverlapPassesOverPicturesWithoutSubject) {
    const auto logits = torch::cat({map({0, 0}, 1, 2), map({5, 5}, 1, 2)});
    const auto matte = torch::cat({map({1, 0}, 1, 2), map({0, 0}, 1, 2)});
    EXPECT_NEAR(value(matte_overlap_loss(logits, matte)), 1 - 0.5 / 1.5, 1e-5);
}

TEST(Losses, FeaturesCountInPartsOfTheTeachersVariance) {
    // Variance of (0, 2, 4, 6) is 20/3; the squared error is 1 everywhere.
    EXPECT_NEAR(value(feature_loss(map({1, 3, 5, 7}, 1, 4), map({0, 2, 4, 6}, 1, 4))), 0.15, 1e-5);
}

}  // namespace
}  // namespace diorama::training
