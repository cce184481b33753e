#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "diorama/depth.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/steady_depth.h"
#include "steady/follow.h"

namespace diorama {
namespace {

constexpr Size kSize{240, 160};

// A textured disc moves before a textured slope; its true depth is known.
struct Scene {
    cv::Mat ground{};
    cv::Mat disc{};
    double speed_px = 3;
    double radius_px = 30;

    explicit Scene(int seed = 1, double speed = 3) : speed_px(speed) {
        cv::RNG random(static_cast<std::uint64_t>(seed));
        for (cv::Mat* texture : {&ground, &disc}) {
            cv::Mat noise(kSize.height, kSize.width, CV_8UC3);
            random.fill(noise, cv::RNG::UNIFORM, 0, 256);
            cv::GaussianBlur(noise, noise, {}, 1.5);
            noise.convertTo(*texture, CV_8UC3, 2.5, -192);
        }
    }

    [[nodiscard]] double centre(int n) const { return 60 + speed_px * n; }
    [[nodiscard]] cv::Mat mask(int n) const {
        cv::Mat_<uchar> inside(kSize.height, kSize.width, uchar(0));
        for (int y = 0; y < kSize.height; ++y)
            for (int x = 0; x < kSize.width; ++x)
                if (std::hypot(x - centre(n), y - 80) < radius_px) inside(y, x) = 255;
        return inside;
    }
    [[nodiscard]] Image frame(int n) const {
        Image picture(kSize, SampleType::u8, AlphaKind::none);
        ground.copyTo(as_mat(picture));
        cv::Mat moved;
        const cv::Matx23d way(1, 0, speed_px * n, 0, 1, 0);
        cv::warpAffine(disc, moved, way, disc.size(), cv::INTER_LINEAR, cv::BORDER_WRAP);
        moved.copyTo(as_mat(picture), mask(n));
        return picture;
    }
    [[nodiscard]] InverseDepth truth(int n) const {
        InverseDepth depth(kSize);
        const cv::Mat inside = mask(n);
        for (int y = 0; y < kSize.height; ++y)
            for (int x = 0; x < kSize.width; ++x)
                depth.at(x, y) = inside.at<uchar>(y, x) ? 0.9F : 0.5F * static_cast<float>(y) / 160;
        return depth;
    }
};

// As a network answers: another scale and shift each time, and soft blotches; normalised.
class Network {
 public:
    InverseDepth answer(const InverseDepth& truth) {
        InverseDepth depth = truth;
        cv::Mat_<float> blotches(truth.height() / 16, truth.width() / 16);
        random_.fill(blotches, cv::RNG::NORMAL, 0, 0.05);
        cv::resize(blotches, blotches, {truth.width(), truth.height()}, 0, 0, cv::INTER_CUBIC);
        const double scale = 1 + random_.gaussian(0.1);
        const double shift = random_.gaussian(0.1);
        for (int y = 0; y < depth.height(); ++y)
            for (int x = 0; x < depth.width(); ++x)
                depth.at(x, y) =
                    static_cast<float>(scale * (depth.at(x, y) + blotches(y, x)) + shift);
        normalise(depth);
        return depth;
    }

 private:
    cv::RNG random_{3};
};

struct Result {
    std::vector<InverseDepth> raw{};
    std::vector<InverseDepth> steady{};
};

Result run_scene(const Scene& scene, int frames, double stability) {
    Network network;
    SteadyDepth steady({.stability = stability});
    Result result;
    const auto take = [&] {
        while (auto depth = steady.next()) result.steady.push_back(std::move(*depth));
    };
    for (int n = 0; n < frames; ++n) {
        result.raw.push_back(network.answer(scene.truth(n)));
        steady.push(scene.frame(n), result.raw.back());
        take();
    }
    steady.finish();
    take();
    return result;
}

// The mean of what `measure` says of pixels of frames 5 and later, inside the disc or outside of
// it.
template <class Measure>
double mean_over(const Scene& scene, bool inside, int frames, const Measure& measure) {
    double sum = 0;
    double count = 0;
    for (int n = 5; n < frames; ++n) {
        const cv::Mat disc = scene.mask(n) | scene.mask(n - 1);
        for (int y = 0; y < kSize.height; ++y)
            for (int x = 0; x < kSize.width; ++x) {
                if ((disc.at<uchar>(y, x) != 0) != inside) continue;
                sum += measure(n, x, y);
                ++count;
            }
    }
    return sum / count;
}

TEST(SteadyDepth, WhatRestsChangesAThirdAsMuch) {
    const Scene scene;
    const Result result = run_scene(scene, 30, SteadyOptions().stability);
    ASSERT_EQ(result.steady.size(), result.raw.size());
    const auto change = [&](const std::vector<InverseDepth>& depths) {
        return mean_over(scene, false, 30, [&](int n, int x, int y) {
            return std::abs(depths[n].at(x, y) - depths[n - 1].at(x, y));
        });
    };
    EXPECT_LT(change(result.steady), 0.35 * change(result.raw));
}

TEST(SteadyDepth, WhatMovesIsNoFartherFromTheTruth) {
    const Scene scene;
    const Result result = run_scene(scene, 30, SteadyOptions().stability);
    std::vector<InverseDepth> truth;
    for (int n = 0; n < 30; ++n) normalise(truth.emplace_back(scene.truth(n)));
    const auto error = [&](const std::vector<InverseDepth>& depths) {
        return mean_over(scene, true, 30, [&](int n, int x, int y) {
            return std::abs(depths[n].at(x, y) - truth[n].at(x, y));
        });
    };
    EXPECT_LT(error(result.steady), 1.05 * error(result.raw));
}

TEST(SteadyDepth, EdgesMoveWithTheirThing) {
    const Scene scene;
    const Result result = run_scene(scene, 30, 1);
    for (int n = 10; n < 30; ++n) {
        // Where the middle row crosses the mean of both sides, at the disc's right rim.
        const float* row = result.steady[n].row(80);
        const int rim = cvRound(scene.centre(n) + scene.radius_px);
        const float middle = (row[rim - 8] + row[rim + 8]) / 2;
        int at = rim - 8;
        while (at < rim + 8 && row[at] > middle) ++at;
        EXPECT_LE(std::abs(at - (scene.centre(n) + scene.radius_px)), 1.0) << n;
    }
}

TEST(SteadyDepth, KeepsTheRange) {
    const Result result = run_scene(Scene(), 60, 1);
    for (InverseDepth depth : result.steady) {
        depth.scale = 1;
        depth.offset = 0;
        normalise(depth);  // scale and offset now say where 0 and 1 lay
        EXPECT_NEAR(depth.offset, 0, 0.15);
        EXPECT_NEAR(depth.offset + depth.scale, 1, 0.15);
    }
}

TEST(SteadyDepth, AtStabilityZeroNothingChanges) {
    const Result result = run_scene(Scene(), 5, 0);
    ASSERT_EQ(result.steady.size(), 5U);
    for (std::size_t n = 0; n < 5; ++n) {
        EXPECT_EQ(result.steady[n].values(), result.raw[n].values());
        EXPECT_EQ(result.steady[n].scale, result.raw[n].scale);
    }
}

TEST(SteadyDepth, LeadsBackToTheNetworksValues) {
    const Result result = run_scene(Scene(1, 0), 15, 1);
    // Frame 0 has no past: only its scale and shift were changed.
    const InverseDepth& raw = result.raw[0];
    const InverseDepth& steady = result.steady[0];
    for (const int x : {5, 100, 200})
        EXPECT_NEAR(steady.at(x, 60) * steady.scale + steady.offset,
                    raw.at(x, 60) * raw.scale + raw.offset, 1e-4);
}

TEST(SteadyDepth, ANewSceneHasNoPast) {
    const Scene first(1);
    const Scene second(2);
    Network one;
    SteadyDepth both;
    std::vector<InverseDepth> answers;
    for (int n = 0; n < 10; ++n) both.push(first.frame(n), one.answer(first.truth(n)));
    both.finish();
    SteadyDepth alone;
    for (int n = 0; n < 20; ++n) {
        const auto depth = one.answer(second.truth(n));
        both.push(second.frame(n), depth);
        alone.push(second.frame(n), depth);
    }
    both.finish();
    alone.finish();
    for (int n = 0; n < 10; ++n) ASSERT_TRUE(both.next());
    while (const auto expected = alone.next()) {
        const auto found = both.next();
        ASSERT_TRUE(found);
        EXPECT_EQ(found->values(), expected->values());
    }
    EXPECT_FALSE(both.next());
}

TEST(SteadyDepth, RefusesAnotherSizeWithinAScene) {
    const Scene scene;
    SteadyDepth steady;
    steady.push(scene.frame(0), scene.truth(0));
    EXPECT_THROW(steady.push(scene.frame(1), InverseDepth({10, 10})), Error);
    EXPECT_THROW(SteadyDepth({.stability = 2}), Error);
}

TEST(FitToBefore, FindsScaleAndShiftDespiteWhatMoved) {
    const Scene scene;
    const auto past = steady::find_past(scene.frame(1), scene.frame(0), {});
    InverseDepth changed = scene.truth(1);
    for (float& value : changed.values()) value = value * 0.8F + 0.1F;
    const auto line = steady::fit_to_before(changed, scene.truth(0), past);
    EXPECT_NEAR(line.scale, 1 / 0.8, 0.02);
    EXPECT_NEAR(line.shift, -0.1 / 0.8, 0.02);
}

}  // namespace
}  // namespace diorama
