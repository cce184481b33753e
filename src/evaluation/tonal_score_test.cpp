#include "diorama/tonal_score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "diorama/error.h"
#include "roto/painted_tones.h"

namespace diorama {
namespace {

TonalScores score(const ToneMap& found, const ToneMap& labels) {
    TonalScore score;
    score.add(found, labels);
    return score.scores();
}

TEST(TonalScore, OverlapIsOfEachToneAndTheMeanOfThoseThatLabelsHave) {
    // Background 2 of 3, material 1 of 3, diffuse shadow 1 of 2; a highlight that is not there.
    const auto scores = score(tones_of({"..mmdd.h"}), tones_of({"...mmd.d"}));
    EXPECT_NEAR(*scores.overlap[index_of(Tone::background)], 3.0 / 4, 1e-9);
    EXPECT_NEAR(*scores.overlap[index_of(Tone::material)], 1.0 / 3, 1e-9);
    EXPECT_NEAR(*scores.overlap[index_of(Tone::diffuse_shadow)], 1.0 / 3, 1e-9);
    EXPECT_FALSE(scores.overlap[index_of(Tone::cast_shadow)]);
    EXPECT_EQ(*scores.overlap[index_of(Tone::highlight)], 0);
    EXPECT_NEAR(*scores.mean_overlap, (3.0 / 4 + 1.0 / 3 + 1.0 / 3) / 3, 1e-9);
    EXPECT_FALSE(scores.entropy);
}

TEST(TonalScore, PixelsOfAllFramesCountTogether) {
    TonalScore both;
    both.add(tones_of({"mm"}), tones_of({"mm"}));
    both.add(tones_of({"mmmmmm"}), tones_of({"dddddd"}));
    EXPECT_NEAR(*both.scores().overlap[index_of(Tone::material)], 2.0 / 8, 1e-9);
}

TEST(TonalScore, EntropyIsOfTheTrueTonesProbability) {
    const ToneMap labels = tones_of({"...m"});
    ToneProbabilities found(labels.size());
    for (int x = 0; x < 4; ++x) {
        found.of(Tone::background).at(x, 0) = x < 2 ? 0.5F : 0.25F;
        found.of(Tone::material).at(x, 0) = x < 2 ? 0.5F : 0.75F;
    }
    TonalScore score;
    score.add(found, labels);
    const double entropy = -(2 * std::log(0.5) + std::log(0.25) + std::log(0.75)) / 4;
    const double prior = -(0.75 * std::log(0.75) + 0.25 * std::log(0.25));
    EXPECT_NEAR(*score.scores().entropy, entropy, 1e-6);
    EXPECT_NEAR(*score.scores().entropy_share, entropy / prior, 1e-6);
    // Of two that are equally likely the lower one is decided for.
    EXPECT_NEAR(*score.scores().overlap[index_of(Tone::background)], 2.0 / 3, 1e-9);
}

TEST(TonalScore, BordersMayBeTwoPixelsOff) {
    const auto labels = tones_of({"mmmmmmdddddd"});
    EXPECT_EQ(*score(tones_of({"mmmmmmmmdddd"}), labels).boundary_f1, 1);
    // 4 pixels off: none of the two pixels of a border is within 2 of the other's.
    EXPECT_EQ(*score(tones_of({"mmmmmmmmmmdd"}), labels).boundary_f1, 0);
    // Of five pixels at borders two are right, and nothing is missed.
    EXPECT_NEAR(*score(tones_of({"mhmmmmdddddd"}), labels).boundary_f1, 2 * 0.4 / 1.4, 1e-9);
    EXPECT_EQ(*score(ToneMap({12, 1}, Tone::material), labels).boundary_f1, 0);
    EXPECT_FALSE(score(ToneMap({4, 1}), ToneMap({4, 1})).boundary_f1);
}

TEST(TonalScore, ShadowErrorTakesBothShadowsAsOne) {
    // One of four shadows is missed, and one of six lights is taken for shadow.
    const auto scores = score(tones_of({"cdcm..mmhd"}), tones_of({"dcdc..mmhm"}));
    EXPECT_NEAR(*scores.shadow_error, (1.0 / 4 + 1.0 / 6) / 2, 1e-9);
    EXPECT_FALSE(score(tones_of({"mm"}), tones_of({"mm"})).shadow_error);
}

TEST(TonalScore, RefusesTwoSizes) {
    EXPECT_THROW(score(ToneMap({2, 2}), ToneMap({2, 3})), Error);
}

// ---- Flicker

// Soft noise, which flow can follow, and tones that go with it; both moved to the right.
struct Shot {
    Image frame{};
    ToneMap tones{};
};
Shot make_frame(int moved_px) {
    constexpr int kSide = 96;
    Shot shot{.frame = Image({kSide, kSide}, SampleType::u8, AlphaKind::none),
              .tones = ToneMap({kSide, kSide})};
    for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x) {
            const double u = x - moved_px;
            const double value = 0.5 + 0.2 * std::sin(u / 5) * std::cos(y / 7.0) +
                                 0.2 * std::sin((u + 2 * y) / 11) + 0.1 * std::cos((3 * u - y) / 9);
            for (int c = 0; c < 3; ++c)
                shot.frame.row<std::uint8_t>(y)[3 * x + c] = static_cast<std::uint8_t>(255 * value);
            shot.tones.at(x, y) = value > 0.5 ? Tone::material : Tone::diffuse_shadow;
        }
    return shot;
}

TEST(TonalFlicker, TonesThatMoveWithTheFilmDoNotFlicker) {
    TonalFlicker still;
    TonalFlicker blinking;
    for (int n = 0; n < 3; ++n) {
        const Shot shot = make_frame(2 * n);
        still.add(shot.frame, shot.tones);
        const Tone tone = n % 2 == 0 ? Tone::material : Tone::highlight;
        blinking.add(shot.frame, ToneMap(shot.tones.size(), tone));
    }
    EXPECT_LT(*still.mean_change(), 0.02);
    EXPECT_EQ(*blinking.mean_change(), 1);
}

TEST(TonalFlicker, ShotsAreApart) {
    TonalFlicker flicker;
    const Shot shot = make_frame(0);
    flicker.add(shot.frame, ToneMap(shot.tones.size(), Tone::material));
    flicker.cut();
    flicker.add(shot.frame, ToneMap(shot.tones.size(), Tone::highlight));
    EXPECT_FALSE(flicker.mean_change());
    EXPECT_THROW(flicker.add(shot.frame, ToneMap({3, 3})), Error);
}

}  // namespace
}  // namespace diorama
