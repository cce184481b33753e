#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/steady_fill.h"
#include "steady/background_flow.h"

namespace diorama {
namespace {

constexpr Size kSize{240, 160};
constexpr double kRadiusPx = 28;

// A camera travels over a painted wall; a disc hides a part of what it sees.
struct Shot {
    cv::Vec2d camera_px{2.5, 0.4};  // a frame
    cv::Vec2d disc_px{0, 0};        // a frame
    double brighter = 0;            // a frame, of 255
    int frames = 40;
    cv::Mat wall{};

    Shot() {
        cv::RNG random(7);
        cv::Mat noise(400, 600, CV_8UC3), fine, coarse;
        random.fill(noise, cv::RNG::UNIFORM, 0, 256);
        cv::GaussianBlur(noise, fine, {}, 1.5);
        cv::GaussianBlur(noise, coarse, {}, 6);
        cv::Mat sum;
        cv::addWeighted(fine, 1.5, coarse, 4, -576, sum, CV_8U);
        wall = sum;
    }

    [[nodiscard]] Image background(int n) const {
        Image picture(kSize, SampleType::u8, AlphaKind::none);
        const cv::Matx23d at(1, 0, 40 + camera_px[0] * n, 0, 1, 40 + camera_px[1] * n);
        cv::Mat view = as_mat(picture), seen;
        cv::warpAffine(wall, seen, at, view.size(), cv::INTER_CUBIC | cv::WARP_INVERSE_MAP);
        seen.convertTo(view, CV_8U, 1, brighter * n);
        return picture;
    }
    [[nodiscard]] Matte disc(int n) const {
        Matte matte(kSize);
        for (int y = 0; y < kSize.height; ++y)
            for (int x = 0; x < kSize.width; ++x)
                matte.at(x, y) =
                    std::hypot(x - 90 - disc_px[0] * n, y - 80 - disc_px[1] * n) < kRadiusPx ? 1.0F
                                                                                             : 0.0F;
        return matte;
    }
    [[nodiscard]] Image frame(int n) const {
        Image picture = background(n);
        as_mat(picture).setTo(cv::Scalar(220, 30, 30), as_mat(disc(n)) > 0);
        return picture;
    }
};

Filler smooth_filler() {
    return Filler({.fill = "smooth"});
}

std::vector<SteadyFilled> fill_shot(const Shot& shot) {
    SteadyFill fill(smooth_filler());
    std::vector<SteadyFilled> filled;
    const auto take = [&] {
        while (auto next = fill.next()) filled.push_back(std::move(*next));
    };
    for (int n = 0; n < shot.frames; ++n) {
        fill.push(shot.frame(n), shot.disc(n));
        take();
    }
    fill.finish();
    take();
    return filled;
}

double difference_inside(const Image& a, const Image& b, const Matte& hole) {
    cv::Mat apart;
    cv::absdiff(as_mat(a), as_mat(b), apart);
    const cv::Scalar mean = cv::mean(apart, as_mat(hole) > 0);
    return (mean[0] + mean[1] + mean[2]) / 3;
}

double share_seen(const SteadyFilled& filled, const Matte& hole) {
    return cv::mean(as_mat(filled.seen), as_mat(hole) > 0)[0];
}

TEST(SteadyFill, TakesWhatOtherFramesSaw) {
    const Shot shot;
    const std::vector<SteadyFilled> filled = fill_shot(shot);
    ASSERT_EQ(filled.size(), static_cast<std::size_t>(shot.frames));
    for (int n = 0; n < shot.frames; ++n) {
        const Matte hole = shot.disc(n);
        const SteadyFilled& frame = filled[static_cast<std::size_t>(n)];
        const Image truth = shot.background(n);
        const double alone =
            difference_inside(smooth_filler().fill(shot.frame(n), hole).picture, truth, hole);
        EXPECT_GT(share_seen(frame, hole), 0.95) << n;
        EXPECT_LT(difference_inside(frame.picture, truth, hole), 0.35 * alone) << n;
    }
}

TEST(SteadyFill, BringsWhatItSawToTheLightOfTheFrame) {
    Shot shot;
    shot.brighter = 1.0;
    const std::vector<SteadyFilled> filled = fill_shot(shot);
    for (int n = 0; n < shot.frames; ++n) {
        const Matte hole = shot.disc(n);
        const Image& frame = filled[static_cast<std::size_t>(n)].picture;
        const Image truth = shot.background(n);
        const cv::Scalar made = cv::mean(as_mat(frame), as_mat(hole) > 0);
        const cv::Scalar true_light = cv::mean(as_mat(truth), as_mat(hole) > 0);
        EXPECT_LT(cv::norm(made - true_light), 4) << n;
    }
}

TEST(SteadyFill, WhatNobodySawStaysAsItWasMadeUp) {
    Shot shot;
    shot.camera_px = {0, 0};
    const std::vector<SteadyFilled> filled = fill_shot(shot);
    const Matte hole = shot.disc(0);
    EXPECT_EQ(share_seen(filled.front(), hole), 0);
    for (std::size_t n = 1; n < filled.size(); ++n)
        EXPECT_LT(difference_inside(filled[n].picture, filled[0].picture, hole), 0.5) << n;
}

TEST(SteadyFill, WhatWasSeenIsRememberedWhereItIsHiddenForLong) {
    Shot shot;
    shot.camera_px = {0, 0};
    shot.disc_px = {1.2, 0};
    shot.frames = 60;
    const std::vector<SteadyFilled> filled = fill_shot(shot);
    const Matte hole = shot.disc(59);
    EXPECT_GT(share_seen(filled.back(), hole), 0.9);
    EXPECT_LT(difference_inside(filled.back().picture, shot.background(59), hole), 4);
}

TEST(SteadyFill, FramesWithoutHolesComeOutAsTheyWentIn) {
    const Shot shot;
    SteadyFill fill(smooth_filler());
    for (int n = 0; n < 3; ++n) fill.push(shot.frame(n), n == 1 ? Matte(kSize) : Matte());
    fill.finish();
    for (int n = 0; n < 3; ++n) {
        const auto next = fill.next();
        ASSERT_TRUE(next.has_value());
        EXPECT_EQ(cv::norm(as_mat(next->picture), as_mat(shot.frame(n)), cv::NORM_INF), 0);
    }
    EXPECT_FALSE(fill.next().has_value());
}

TEST(SteadyFill, NothingComesFromTheSceneBefore) {
    const Shot shot;
    SteadyFill fill(smooth_filler());
    fill.push(shot.background(0), {});
    fill.finish();
    fill.push(shot.frame(0), shot.disc(0));
    fill.finish();
    (void)fill.next();
    EXPECT_EQ(share_seen(*fill.next(), shot.disc(0)), 0);
}

TEST(SteadyFill, TakesOtherSizesInAnotherSceneOnly) {
    const Shot shot;
    const Image other({100, 80}, SampleType::u8, AlphaKind::none);
    SteadyFill fill(smooth_filler());
    fill.push(shot.frame(0), shot.disc(0));
    EXPECT_THROW(fill.push(other, {}), Error);
    EXPECT_THROW(fill.push(shot.frame(0), Matte({100, 80})), Error);
    fill.finish();
    EXPECT_NO_THROW(fill.push(other, {}));
}

TEST(BackgroundFlow, GoesOnBehindWhatMovesByItself) {
    constexpr Size kGrid{120, 80};
    Flow flow{FlowMap(kGrid), FlowMap(kGrid)};
    Confidence trust(kGrid);
    cv::Mat_<uchar> hidden(kGrid.height, kGrid.width, uchar(0));
    const auto truth = [](int x, int y) {
        return cv::Vec2d(1 + 0.02 * x - 0.01 * y, -2 + 0.01 * x + 0.02 * y);
    };
    for (int y = 0; y < kGrid.height; ++y)
        for (int x = 0; x < kGrid.width; ++x) {
            const bool in_hole = std::abs(x - 60) < 20 && std::abs(y - 40) < 20;
            const cv::Vec2d by = in_hole ? cv::Vec2d(9, 9) : truth(x, y);
            hidden(y, x) = in_hole ? 255 : 0;
            flow.dx.at(x, y) = static_cast<float>(by[0]);
            flow.dy.at(x, y) = static_cast<float>(by[1]);
            trust.at(x, y) = 1;
        }
    steady::continue_flow(flow, trust, hidden);
    for (int y = 0; y < kGrid.height; ++y)
        for (int x = 0; x < kGrid.width; ++x) {
            EXPECT_NEAR(flow.dx.at(x, y), truth(x, y)[0], 0.02);
            EXPECT_NEAR(flow.dy.at(x, y), truth(x, y)[1], 0.02);
        }
}

}  // namespace
}  // namespace diorama
