#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "diorama/error.h"
#include "diorama/steady_tones.h"
#include "roto/painted_tones.h"

namespace diorama {
namespace {

constexpr Size kSize{160, 120};

// A textured disc on a textured wall, the disc at `x`.
bool is_in_disc(double x, int u, int v) {
    return std::hypot(u - x, v - 60) < 30;
}

Image paint_frame(double x) {
    Image frame(kSize, SampleType::u8, AlphaKind::none);
    for (int v = 0; v < kSize.height; ++v)
        for (int u = 0; u < kSize.width; ++u) {
            const double at = is_in_disc(x, u, v) ? u - x + 500 : u;
            const double wave = std::sin(0.55 * at) * std::cos(0.45 * v) + std::sin(0.21 * at + v);
            const double grey = (is_in_disc(x, u, v) ? 160 : 70) + 28 * wave;
            std::fill_n(frame.row<std::uint8_t>(v) + 3 * u, 3,
                        static_cast<std::uint8_t>(std::clamp(grey, 0.0, 255.0)));
        }
    return frame;
}

// What an estimator that is unsure says of it.
ToneProbabilities guess(double x, std::mt19937& random) {
    std::normal_distribution<float> noise(0, 0.35F);
    ToneProbabilities probabilities(kSize);
    for (int v = 0; v < kSize.height; ++v)
        for (int u = 0; u < kSize.width; ++u) {
            const float sure = is_in_disc(x, u, v) ? 0.7F : 0.3F;
            const float material = std::clamp(sure + noise(random), 0.0F, 1.0F);
            probabilities.of(Tone::material).at(u, v) = material;
            probabilities.of(Tone::background).at(u, v) = 1 - material;
        }
    return probabilities;
}

double share_that_is_wrong(const ToneMap& tones, double x) {
    double wrong = 0;
    for (int v = 0; v < kSize.height; ++v)
        for (int u = 0; u < kSize.width; ++u)
            wrong += (tones.at(u, v) == Tone::material) != is_in_disc(x, u, v);
    return wrong / static_cast<double>(kSize.area());
}

// Of the last of twelve frames.
double wrong_with(double stability) {
    std::mt19937 random(1);
    SteadyTones drawer({.simplify_px = 0, .min_area_px = 0, .stability = stability});
    double x = 50;
    for (int i = 0; i < 12; ++i, x += 4) (void)drawer.draw(paint_frame(x), guess(x, random));
    return share_that_is_wrong(drawer.last(), x - 4);
}

TEST(SteadyTones, WhatIsKnownMovesAlongWithThings) {
    EXPECT_LT(wrong_with(0.8), 0.5 * wrong_with(0));
}

TEST(SteadyTones, AFrameThatIsHeldKeepsItsDrawing) {
    std::mt19937 random(2);
    SteadyTones drawer;
    const Image frame = paint_frame(60);
    EXPECT_FALSE(drawer.holds(frame, 0)) << "there is no drawing yet";
    (void)drawer.draw(frame, guess(60, random));
    EXPECT_TRUE(drawer.holds(frame, 1));
    Image noisy = frame;  // as an encoder leaves it
    for (std::size_t i = 0; i < noisy.size_bytes(); i += 7) noisy.data()[i] ^= 1;
    EXPECT_TRUE(drawer.holds(noisy, 1));
    EXPECT_FALSE(drawer.holds(paint_frame(64), 1));
    drawer.end_scene();
    EXPECT_FALSE(drawer.holds(frame, 2));
}

TEST(SteadyTones, OnTwosEachSecondFrameIsHeld) {
    std::mt19937 random(3);
    SteadyTones drawer({.on = HoldFor::twos});
    (void)drawer.draw(paint_frame(60), guess(60, random));
    EXPECT_TRUE(drawer.holds(paint_frame(70), 1));
    EXPECT_FALSE(drawer.holds(paint_frame(80), 2));
}

TEST(SteadyTones, ASceneHasNoPast) {
    std::mt19937 random(4);
    SteadyTones drawer({.simplify_px = 0});
    (void)drawer.draw(paint_frame(60), guess(60, random));
    drawer.end_scene();
    const ToneMap after = drawer.draw(paint_frame(90), guess(90, random));
    std::mt19937 again(4);
    (void)guess(60, again);
    SteadyTones alone({.simplify_px = 0});
    EXPECT_EQ(after, alone.draw(paint_frame(90), guess(90, again)));
}

TEST(SteadyTones, WhatIsWrongIsSaid) {
    EXPECT_THROW(SteadyTones({.stability = 2}), Error);
    SteadyTones drawer;
    EXPECT_THROW((void)drawer.draw(paint_frame(60), ToneProbabilities({3, 3})), Error);
}

}  // namespace
}  // namespace diorama
