#include "diorama/camera.h"

#include <gmock/gmock.h>

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "photo3d/camera_view.h"
#include "photo3d/catmull_rom.h"
#include "photo3d/lens.h"
#include "photo3d/sheets.h"

namespace diorama {
namespace {

constexpr Size kSize{240, 160};
const cv::Rect kSquare(90, 50, 60, 60);

// A red square before soft green hills, both slanted a little.
struct TwoPlanes {
    Image photo{kSize, SampleType::u8, AlphaKind::none};
    InverseDepth depth{kSize};

    TwoPlanes() {
        cv::Mat_<cv::Vec3b> colours = as_mat(photo);
        for (int y = 0; y < kSize.height; ++y)
            for (int x = 0; x < kSize.width; ++x) {
                const bool near = kSquare.contains({x, y});
                const double hill = 110 + 60 * std::sin(x / 5.0) * std::cos(y / 7.0);
                colours(y, x) =
                    near ? cv::Vec3b(220, 20, 20) : cv::Vec3b(10, static_cast<uchar>(hill), 10);
                const float slant = 0.1F * static_cast<float>(x + y) / (240 + 160);
                depth.at(x, y) = (near ? 0.9F : 0.0F) + slant;
            }
    }
};

const Filler& smooth() {
    static const Filler filler({.fill = "smooth"});
    return filler;
}

Camera camera(const CameraOptions& options) {
    const TwoPlanes scene;
    return {scene.photo, scene.depth, options, smooth()};
}

Image frame_of(const Camera& camera, double phase, const RunContext& run = {}) {
    Image frame = camera.make_frame();
    camera.draw(phase, frame, run);
    return frame;
}

cv::Mat rgb(const Image& image) {
    cv::Mat colours;
    if (image.channels() == 3) return as_mat(image).clone();
    cv::cvtColor(as_mat(image), colours, cv::COLOR_RGBA2RGB);
    return colours;
}

double mean_difference(const Image& one, const Image& other) {
    return cv::norm(rgb(one), rgb(other), cv::NORM_L1) / (one.size().area() * 3.0);
}

// The part of the samples that are farther apart than this.
double part_beyond(const Image& one, const Image& other, int limit) {
    cv::Mat difference;
    cv::absdiff(rgb(one), rgb(other), difference);
    return cv::countNonZero(difference.reshape(1) > limit) / (one.size().area() * 3.0);
}

// Where the middle of what is red lies, and how much of it there is.
cv::Point3d red_of(const Image& image) {
    cv::Mat red;
    cv::extractChannel(rgb(image), red, 0);
    red.convertTo(red, CV_64F, 1 / 210.0, -10 / 210.0);
    const cv::Moments moments = cv::moments(red);
    return {moments.m10 / moments.m00, moments.m01 / moments.m00, moments.m00};
}

// ---- Colours between pixels
// ----------------------------------------------------------------------

TEST(Sampler, IsThePictureAtItsPixelsAndALineBetweenThem) {
    Image ramp({12, 9}, SampleType::u8, AlphaKind::premultiplied);
    for (int y = 0; y < 9; ++y)
        for (int x = 0; x < 12; ++x)
            as_mat(ramp).at<cv::Vec4b>(y, x) =
                cv::Vec4b(static_cast<uchar>(20 * x), static_cast<uchar>(25 * y), 7, 255);
    const photo3d::Sampler sampler(ramp);
    for (float y = 1; y <= 6; y += 0.25F)
        for (float x = 1; x <= 9; x += 0.25F) {
            float samples[4];
            cv::v_store(samples, sampler.at(x, y));
            EXPECT_NEAR(samples[0], 20 * x, 0.1);
            EXPECT_NEAR(samples[1], 25 * y, 0.1);
            EXPECT_NEAR(samples[2], 7, 0.1);
            EXPECT_NEAR(samples[3], 255, 0.1);
        }
    float beyond[4];
    cv::v_store(beyond, sampler.at(-100, 1000));
    EXPECT_NEAR(beyond[0], 20, 0.5);
}

TEST(Sampler, ARowIsWhatItsPixelsAre) {
    Image noise({40, 30}, SampleType::u8, AlphaKind::premultiplied);
    cv::randu(as_mat(noise), 0, 256);
    const photo3d::Sampler sampler(noise);
    for (float x = 1; sampler.has_row(x, 1.3F, 8.37F); x += 0.21F)
        for (const float step : {0.9F, 1.0F, 1.3F})
            for (const float y : {1.0F, 8.37F, 20.5F}) {
                photo3d::Pixel row[photo3d::Sampler::kRow];
                sampler.row_at(x, step, y, row);
                for (int n = 0; n < photo3d::Sampler::kRow; ++n) {
                    float mixed[4];
                    float alone[4];
                    cv::v_store(mixed, row[n]);
                    cv::v_store(alone, sampler.at(x + static_cast<float>(n) * step, y));
                    // Their weights are rounded to 8 bits there and to 15 here.
                    for (int c = 0; c < 4; ++c) EXPECT_NEAR(mixed[c], alone[c], 2.5);
                }
            }
    EXPECT_FALSE(sampler.has_row(0.5F, 1, 5));
    EXPECT_FALSE(sampler.has_row(33, 1, 5));
    EXPECT_FALSE(sampler.has_row(5, 1, 28.5F));
}

// ---- The camera
// ----------------------------------------------------------------------------------

TEST(Camera, AtRestItSeesThePhoto) {
    const TwoPlanes scene;
    EXPECT_LT(mean_difference(frame_of(camera({.motion = Motion::hold}), 0.3), scene.photo), 1);
    EXPECT_LT(mean_difference(frame_of(camera({.motion = Motion::sway}), 0), scene.photo), 1);
    EXPECT_LT(mean_difference(frame_of(camera({.motion = Motion::dolly}), 0), scene.photo), 1);
}

TEST(Camera, WhatIsInFocusStandsStillAndTheRestGoesByItsDepth) {
    const double middle = kSquare.x + (kSquare.width - 1) / 2.0;
    const double amount_px = 0.04 * kSize.width;
    for (const double focus : {0.0, 0.5, 1.0}) {
        const Camera seen = camera({.motion = Motion::sway, .amount_percent = 4, .focus = focus});
        // The square's own depth: the nearest of the scene, less the slant beside it.
        const double way = (0.97 - focus) * amount_px;
        EXPECT_NEAR(red_of(frame_of(seen, 0.25)).x - middle, way, 0.05 * amount_px) << focus;
        EXPECT_NEAR(red_of(frame_of(seen, 0.75)).x - middle, -way, 0.05 * amount_px) << focus;
    }
}

TEST(Camera, ADollyNearsWhatIsNear) {
    const Camera seen = camera({.motion = Motion::dolly, .amount_percent = 8});
    const double before = red_of(frame_of(seen, 0)).z;
    const double after = red_of(frame_of(seen, 0.5)).z;
    const double growth = 1 + 2 * 0.08 * 0.97;  // half a width from the middle, by the amount
    EXPECT_NEAR(std::sqrt(after / before), growth, 0.02);
}

TEST(Camera, NothingIsSeenThrough) {
    for (const Motion motion : {Motion::orbit, Motion::circle, Motion::dolly})
        for (const double phase : {0.125, 0.375, 0.5, 0.75}) {
            const Image frame = frame_of(camera({.motion = motion, .amount_percent = 8}), phase);
            cv::Mat alpha;
            cv::extractChannel(as_mat(frame), alpha, 3);
            EXPECT_EQ(cv::countNonZero(alpha != 255), 0);
        }
}

TEST(Camera, DrawsWhatThePlainOneDraws) {
    const TwoPlanes scene;
    for (const Motion motion : {Motion::sway, Motion::orbit, Motion::dolly, Motion::zoom}) {
        const CameraOptions options{.motion = motion, .amount_percent = 6};
        const LayeredPhoto layers =
            split_photo(scene.photo, scene.depth, photo3d::layers_for(options, kSize), smooth());
        Image plain = camera(options).make_frame();
        photo3d::draw_camera_reference(layers, options, 0.4, plain, {});
        const Image fast = frame_of(camera(options), 0.4);
        EXPECT_LT(mean_difference(fast, plain), 0.1);
        EXPECT_LT(part_beyond(fast, plain, 2), 0.001);
    }
}

TEST(Camera, TheSameBytesForAnyNumberOfThreads) {
    const Camera seen = camera({.motion = Motion::orbit, .aperture_percent = 2});
    EXPECT_EQ(
        mean_difference(frame_of(seen, 0.3, {.threads = 1}), frame_of(seen, 0.3, {.threads = 5})),
        0);
}

TEST(Camera, RefusesWhatMakesNoSense) {
    const TwoPlanes scene;
    EXPECT_THROW((void)camera({.focus = 2}), Error);
    EXPECT_THROW(Camera(scene.photo, InverseDepth({3, 3}), {}, smooth()), Error);
    Image small({8, 8}, SampleType::u8, AlphaKind::premultiplied);
    EXPECT_THROW(camera({}).draw(0, small), Error);
}

// ---- The lens
// ------------------------------------------------------------------------------------

TEST(Lens, IsTheMeanOfManyPinholes) {
    const TwoPlanes scene;
    for (const double focus : {0.0, 1.0}) {
        const CameraOptions options{
            .motion = Motion::sway, .amount_percent = 4, .focus = focus, .aperture_percent = 4};
        const LayeredPhoto layers =
            split_photo(scene.photo, scene.depth, photo3d::layers_for(options, kSize), smooth());
        Image plain = camera(options).make_frame();
        photo3d::draw_camera_reference(layers, options, 0.25, plain, {});
        const Image fast = frame_of(camera(options), 0.25);
        EXPECT_LT(mean_difference(fast, plain), 2) << focus;
        EXPECT_LT(part_beyond(fast, plain, 16), 0.03) << focus;
    }
}

TEST(Lens, MixesLightAndPagesMixBytes) {
    const photo3d::Pixel white(127.5F, 127.5F, 127.5F, 127.5F);
    const photo3d::Pixel black(0, 0, 0, 255);
    const auto mixed = [&](photo3d::Mixing mixing) {
        float samples[4];
        cv::v_store(samples, photo3d::lay_over(mixing, white, black));
        EXPECT_FLOAT_EQ(samples[3], 255);
        return samples[0];
    };
    EXPECT_NEAR(mixed(photo3d::Mixing::srgb), 127.5, 0.1);
    EXPECT_NEAR(mixed(photo3d::Mixing::light), 188, 0.5);
    // What lies over nothing is itself.
    float samples[4];
    cv::v_store(samples, photo3d::over_in_light(cv::v_setzero_f32(), black));
    EXPECT_EQ(samples[3], 255);
}

TEST(Lens, ACircleHasItsArea) {
    // A white point far out of focus becomes a disc of the light that it had.
    PhotoLayer layer{.colours = Image({61, 61}, SampleType::u8, AlphaKind::none),
                     .depth = InverseDepth({61, 61}, 1.0F)};
    as_mat(layer.colours)(cv::Rect(29, 29, 3, 3)).setTo(cv::Scalar::all(255));
    const photo3d::Lens lens{.focus = 0, .aperture_px = 20};
    const PhotoLayer blurred = photo3d::blur_by_lens(layer, lens, {});
    cv::Mat lit;
    cv::extractChannel(as_mat(blurred.colours), lit, 0);
    EXPECT_NEAR(std::sqrt(cv::countNonZero(lit) / CV_PI), 10 + 1.5, 1);
    EXPECT_EQ(lit.at<uchar>(30, 30 + 14), 0);
    EXPECT_GT(lit.at<uchar>(30, 30 + 8), 0);
    EXPECT_EQ(lit.at<uchar>(30 + 6, 30), lit.at<uchar>(30, 30 + 6));
}

TEST(Lens, WhatIsInFocusStaysAsItIs) {
    const TwoPlanes scene;
    const PhotoLayer layer{.colours = scene.photo, .depth = InverseDepth(kSize, 0.5F)};
    const photo3d::Lens lens{.focus = 0.5, .aperture_px = 20};
    EXPECT_EQ(mean_difference(photo3d::blur_by_lens(layer, lens, {}).colours, scene.photo), 0);
}

}  // namespace
}  // namespace diorama
