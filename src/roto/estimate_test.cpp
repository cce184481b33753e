#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "diorama/error.h"
#include "diorama/tone_estimate.h"
#include "inference/tiny_onnx.h"
#include "roto/painted_tones.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;
namespace tiny = inference::testing;

Image paint_columns(const std::vector<int>& greys, int height) {
    Image picture({static_cast<int>(greys.size()), height}, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < picture.width(); ++x)
            std::fill_n(picture.row<std::uint8_t>(y) + 3 * x, 3,
                        static_cast<std::uint8_t>(greys[static_cast<std::size_t>(x)]));
    return picture;
}

std::vector<int> ramp(int length) {
    std::vector<int> greys;
    for (int i = 0; i < length; ++i) greys.push_back(255 * i / (length - 1));
    return greys;
}

// How bright a tone is, among the five.
int rank(Tone tone) {
    constexpr std::array kRanks{0, 3, 2, 1, 4};
    return kRanks[index_of(tone)];
}

TEST(EstimateTones, BrighterPixelsHaveBrighterTones) {
    const Image picture = paint_columns(ramp(256), 8);
    for (const ToneMethod method : {ToneMethod::thresholds, ToneMethod::kmeans}) {
        const ToneMap tones = decide_tones(estimate_tones(method, picture));
        for (int x = 1; x < 256; ++x)
            EXPECT_GE(rank(tones.at(x, 4)), rank(tones.at(x - 1, 4))) << x;
        EXPECT_EQ(tones.at(0, 4), Tone::background);
    }
}

TEST(EstimateTones, ProbabilitiesAddUpToOne) {
    const Image picture = paint_columns(ramp(64), 4);
    const Matte half({64, 4}, 0.5F);
    for (const ToneMethod method : {ToneMethod::thresholds, ToneMethod::kmeans})
        for (const Matte* subject : {static_cast<const Matte*>(nullptr), &half}) {
            ToneProbabilities probabilities = estimate_tones(method, picture, subject);
            nudge(probabilities, {.cast_shadow = 0.5});
            for (int x = 0; x < 64; ++x) {
                float sum = 0;
                for (const auto& map : probabilities.maps) sum += map.at(x, 2);
                EXPECT_NEAR(sum, 1, 1e-4);
            }
        }
}

TEST(EstimateTones, ExposureMattersLittle) {
    std::vector<int> darker;
    for (const int grey : ramp(200)) darker.push_back(static_cast<int>(std::lround(0.7 * grey)));
    const ToneMap tones =
        decide_tones(estimate_tones(ToneMethod::thresholds, paint_columns(ramp(200), 4)));
    const ToneMap dark =
        decide_tones(estimate_tones(ToneMethod::thresholds, paint_columns(darker, 4)));
    int differing = 0;
    for (int x = 0; x < 200; ++x) differing += tones.at(x, 0) != dark.at(x, 0);
    EXPECT_LE(differing, 20) << "of 200";
    const Image a = normalise_exposure(paint_columns(ramp(200), 4));
    const Image b = normalise_exposure(paint_columns(darker, 4));
    for (int x = 20; x < 200; ++x)
        EXPECT_NEAR(a.row<std::uint8_t>(0)[3 * x], b.row<std::uint8_t>(0)[3 * x], 12) << x;
}

TEST(EstimateTones, BlackAndWhitePicturesHaveOneTone) {
    for (const int grey : {0, 255})
        for (const ToneMethod method : {ToneMethod::thresholds, ToneMethod::kmeans}) {
            const ToneMap tones =
                decide_tones(estimate_tones(method, paint_columns(std::vector(20, grey), 20)));
            EXPECT_EQ(tones, ToneMap({20, 20}, tones.at(0, 0)));
        }
    EXPECT_NO_THROW((void)normalise_exposure(paint_columns({0, 0}, 2)));
}

TEST(EstimateTones, ANudgeMakesMoreOfATone) {
    const Image picture = paint_columns(ramp(256), 2);
    std::int64_t before = 0;
    for (const double more : {-0.5, -0.1, 0.0, 0.1, 0.5}) {
        ToneProbabilities probabilities = estimate_tones(ToneMethod::thresholds, picture);
        nudge(probabilities, {.diffuse_shadow = more});
        const ToneMap tones = decide_tones(probabilities);
        const auto count = std::ranges::count(tones.tones(), Tone::diffuse_shadow);
        EXPECT_GE(count, before);
        before = count;
    }
    EXPECT_GT(before, 0);
}

TEST(EstimateTones, OnlyTheSubjectIsDrawn) {
    const Image picture = paint_columns(ramp(100), 10);
    Matte subject({100, 10});
    for (int y = 0; y < 10; ++y)
        for (int x = 30; x < 70; ++x) subject.at(x, y) = 1;
    for (const ToneMethod method : {ToneMethod::thresholds, ToneMethod::kmeans}) {
        const ToneMap tones = decide_tones(estimate_tones(method, picture, &subject));
        for (int x = 0; x < 100; ++x)
            EXPECT_EQ(tones.at(x, 5) == Tone::background, x < 30 || x >= 70) << x;
    }
    const Matte smaller({99, 10}, 1);
    EXPECT_THROW((void)estimate_tones(ToneMethod::kmeans, picture, &smaller), Error);
}

// A network whose logits are the picture's brightness times five numbers, plus five.
class ToneNetwork : public ::testing::Test {
 protected:
    void SetUp() override {
        fs::create_directories(folder_);
        const tiny::TinyGraph graph{
            .inputs = {{"picture", {1, 1, -1, -1}}},
            .outputs = {{"tone_logits", {1, 5, -1, -1}}},
            .nodes = {{"Mul", {"picture", "slopes"}, {"scaled"}},
                      {"Add", {"scaled", "offsets"}, {"tone_logits"}}},
            .constants = {{"slopes", {1, 5, 1, 1}, {0, 100, 0, 0, 0}},
                          {"offsets", {1, 5, 1, 1}, {0, -50, -90, -90, -90}}}};
        tiny::write_text(folder_ / "tones.onnx", tiny::encode(graph));
    }
    void TearDown() override { fs::remove_all(folder_); }

    [[nodiscard]] Model load(const std::string& size) const {
        tiny::write_text(folder_ / "tones.json",
                         "{\"task\": \"tones\", \"file\": \"tones.onnx\", \"input\": {\"layout\": "
                         "\"nchw\", \"colour\": \"grey\", \"size\": " +
                             size + "}, \"outputs\": [{\"meaning\": \"tone_logits\"}]}");
        return Model(read_model_interface(folder_ / "tones.onnx"));
    }

 private:
    fs::path folder_ = fs::temp_directory_path() / ("diorama-tones-" + std::to_string(::getpid()));
};

TEST_F(ToneNetwork, LargePicturesAreSeenInParts) {
    std::vector<int> greys;
    for (int x = 0; x < 2100; ++x) greys.push_back((x * 37) % 256);
    const Image picture = paint_columns(greys, 21);
    for (const char* size : {"{\"multiple_of\": 16}", "{\"width\": 2100, \"height\": 21}"}) {
        const ToneMap tones = decide_tones(estimate_tones(load(size), picture));
        for (int x = 0; x < 2100; ++x)
            EXPECT_EQ(tones.at(x, 20),
                      greys[static_cast<std::size_t>(x)] > 127 ? Tone::material : Tone::background)
                << x;
    }
}

TEST_F(ToneNetwork, WhatIsWrongIsSaid) {
    EXPECT_THROW((void)estimate_tones(ToneMethod::network, paint_columns({1, 2}, 2)), Error);
    EXPECT_THROW((void)load("{\"multiple_of\": 16, \"depth\": 3}"), Error);
}

}  // namespace
}  // namespace diorama
