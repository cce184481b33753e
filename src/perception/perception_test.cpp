#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <opencv2/imgproc.hpp>

#include "core/thrown_error.h"
#include "diorama/depth.h"
#include "diorama/error.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "inference/tiny_onnx.h"
#include "perception/edge_aware.h"
#include "perception/painted_pictures.h"
#include "perception/subject_rim.h"

namespace fs = std::filesystem;

namespace diorama::perception {
namespace {

// A grid of blocks with some noise, the same each time.
float pattern(int x, int y) {
    const unsigned hash =
        (static_cast<unsigned>(x) * 73856093U) ^ (static_cast<unsigned>(y) * 19349663U);
    return 0.06F * static_cast<float>(hash % 101U) / 100.0F + ((x / 9 + y / 7) % 2 ? 0.08F : 0.0F);
}

const cv::Vec3f kSubject(0.85F, 0.15F, 0.7F);
cv::Vec3f surroundings(int x, int y) {
    return cv::Vec3f(0.15F, 0.55F, 0.35F) + cv::Vec3f::all(pattern(x, y));
}

Image composite(const Matte& matte, SampleType type = SampleType::u8) {
    return paint(
        matte.size(),
        [&](int x, int y) {
            const float a = matte.at(x, y);
            return cv::Vec3f(kSubject * a + surroundings(x, y) * (1 - a));
        },
        type);
}

template <class Kind>
double mean_difference(const Map<Kind>& a, const Map<Kind>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.values().size(); ++i)
        sum += std::abs(a.values()[i] - b.values()[i]);
    return sum / static_cast<double>(a.values().size());
}

double overlap(const Matte& a, const Matte& b) {
    int both = 0, either = 0;
    for (std::size_t i = 0; i < a.values().size(); ++i) {
        both += a.values()[i] >= 0.5F && b.values()[i] >= 0.5F;
        either += a.values()[i] >= 0.5F || b.values()[i] >= 0.5F;
    }
    return either ? static_cast<double>(both) / either : 1.0;
}

// ---- Normalising.

InverseDepth ramp(Size size, float scale, float shift) {
    InverseDepth depth(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            depth.at(x, y) =
                scale * (static_cast<float>(x) + 0.3F * static_cast<float>(y % 11)) + shift;
    return depth;
}

TEST(Normalise, IsTheSameForAnyScaleAndShift) {
    InverseDepth plain = ramp({200, 90}, 1, 0);
    normalise(plain);
    for (const auto& [scale, shift] : {std::pair{25.0F, -3.0F}, {0.001F, 100.0F}, {1e4F, 1e5F}}) {
        InverseDepth other = ramp({200, 90}, scale, shift);
        normalise(other);
        EXPECT_LT(mean_difference(plain, other), 1e-3) << scale;
        EXPECT_NEAR(other.at(40, 3) * other.scale + other.offset, scale * 40.9F + shift,
                    1e-3F * scale + 1e-6F * shift);
    }
}

TEST(Normalise, PutsThePercentilesAtZeroAndOneAndClipsNothing) {
    InverseDepth depth = ramp({100, 1}, 1, 0);
    depth.at(99, 0) = 1e6F;
    normalise(depth);
    EXPECT_NEAR(depth.at(2, 0), 0.0F, 1e-5);
    EXPECT_NEAR(depth.at(97, 0), 1.0F, 1e-5);
    EXPECT_LT(depth.at(0, 0), 0.0F);
    EXPECT_GT(depth.at(99, 0), 1e3F);
    InverseDepth again = depth;
    normalise(again);
    EXPECT_LT(mean_difference(depth, again), 1e-3);
    EXPECT_NEAR(again.at(50, 0) * again.scale + again.offset, 50.0F, 1e-3);
}

TEST(Normalise, CountsOnlyTheSubject) {
    const Size size{120, 40};
    Matte matte(size);
    InverseDepth depth = ramp(size, 1, 0);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            matte.at(x, y) = x >= 40 && x < 80 ? 1.0F : 0.3F;
            if (x < 40) depth.at(x, y) = -1e5F;
        }
    InverseDepth other = depth;
    for (int y = 0; y < size.height; ++y) other.at(100, y) = 1e5F;
    normalise(depth, &matte);
    normalise(other, &matte);
    EXPECT_EQ(depth.at(60, 20), other.at(60, 20));
    EXPECT_NEAR(depth.at(60, 20), 0.5F, 0.05F);
    const Matte wrong({3, 3});
    EXPECT_EQ(code_of([&] { normalise(depth, &wrong); }), ErrorCode::mismatch);
}

TEST(Normalise, FlatAndTinyMapsBecomeOneHalf) {
    for (const Size size : {Size{1, 1}, Size{1, 300}, Size{64, 64}}) {
        InverseDepth depth(size, 7.25F);
        normalise(depth);
        EXPECT_EQ(depth.values().front(), 0.5F);
        EXPECT_EQ(depth.values().back(), 0.5F);
        EXPECT_NEAR(0.5F * depth.scale + depth.offset, 7.25F, 1e-6);
        const Matte nothing(size);
        normalise(depth, &nothing);
        EXPECT_EQ(depth.values().front(), 0.5F);
    }
}

// ---- Looking at maps.

TEST(HeuristicConfidence, FallsWithTheSlope) {
    InverseDepth depth({9, 5});
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 9; ++x) depth.at(x, y) = x < 5 ? 0.05F * x : 1.0F;
    const auto confidence = heuristic_confidence(depth);
    EXPECT_NEAR(confidence.at(2, 2), std::exp(-0.5), 1e-4);
    EXPECT_NEAR(confidence.at(0, 0), std::exp(-0.5), 1e-4);
    EXPECT_NEAR(confidence.at(4, 4), std::exp(-10 * 0.425), 1e-4);
    EXPECT_NEAR(confidence.at(7, 1), 1.0, 1e-6);
    EXPECT_EQ(heuristic_confidence(InverseDepth({1, 1})).at(0, 0), 1.0F);
}

TEST(ColourMap, IsRgbWithNearWarm) {
    InverseDepth depth({3, 1});
    depth.values() = {-4.0F, 0.5F, 9.0F};
    const auto turbo = colour_map(depth, "turbo");
    EXPECT_GT(colour_at(turbo, 2, 0)[0], 2 * colour_at(turbo, 2, 0)[2]);
    EXPECT_GT(colour_at(turbo, 0, 0)[2], colour_at(turbo, 0, 0)[1]);
    const auto grey = colour_map(depth, "grey");
    EXPECT_EQ(colour_at(grey, 0, 0), cv::Vec3f(0, 0, 0));
    EXPECT_EQ(colour_at(grey, 2, 0), cv::Vec3f(1, 1, 1));
    for (const auto* name : {"inferno", "viridis", "magma"})
        EXPECT_NE(colour_at(colour_map(depth, name), 0, 0), colour_at(turbo, 0, 0)) << name;
    EXPECT_EQ(code_of([&] { static_cast<void>(colour_map(depth, "rainbow")); }), ErrorCode::usage);
}

TEST(MatteOverlay, DimsTheSurroundingsAndDrawsTheBorder) {
    const Size size{200, 160};
    const Matte matte = disc(size, 1);
    const Image picture = paint(size, [](int, int) { return cv::Vec3f(0.8F, 0.6F, 0.4F); });
    const Image overlay = draw_matte_overlay(picture, matte);
    EXPECT_EQ(colour_at(overlay, 100, 80), colour_at(picture, 100, 80));
    EXPECT_LT(colour_at(overlay, 5, 5)[0], 0.4F);
    const auto border = colour_at(overlay, 50, 80);
    EXPECT_GT(border[0], 0.83F);
    EXPECT_LT(border[2], 0.3F);
    EXPECT_EQ(code_of([&] {
                  static_cast<void>(draw_matte_overlay(picture, Matte({9, 9})));
              }),
              ErrorCode::mismatch);
}

// ---- Depth.

// Its inverse depth is the picture's green.
class GreenNetwork : public ::testing::Test {
 protected:
    fs::path folder =
        fs::temp_directory_path() / ("diorama-perception-" + std::to_string(getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }

    Model load(OutputMeaning meaning = OutputMeaning::inverse_depth,
               ModelTask task = ModelTask::depth) {
        using namespace inference::testing;
        write_text(folder / "green.onnx", encode(tiny_network(-1, -1)));
        ModelInterface interface;
        interface.task = task;
        interface.file = folder / "green.onnx";
        interface.input.size.long_side = 256;
        interface.outputs = {{"map", meaning}};
        return Model(interface);
    }
};

TEST_F(GreenNetwork, DepthHasThePicturesSizeAndOrder) {
    const Model model = load();
    for (const Size size :
         {Size{1, 1}, Size{1, 70}, Size{33, 2}, Size{150, 100}, Size{2000, 1200}}) {
        const Image picture = paint(size, [&](int x, int) {
            return cv::Vec3f::all(static_cast<float>(x) / static_cast<float>(size.width));
        });
        const auto estimate = estimate_depth(model, picture);
        EXPECT_EQ(estimate.inverse_depth.size(), size);
        EXPECT_EQ(estimate.confidence.size(), size);
        EXPECT_EQ(estimate.confidence_source, "heuristic");
        if (size.width < 100) continue;
        EXPECT_NEAR(estimate.inverse_depth.at(size.width / 2, size.height / 2), 0.5F, 0.03F);
        EXPECT_LT(estimate.inverse_depth.at(2, 2), estimate.inverse_depth.at(size.width - 3, 2));
    }
}

TEST_F(GreenNetwork, DistancesAreInverted) {
    const Image picture = paint({360, 240}, [](int x, int) {
        return cv::Vec3f::all(0.2F + 0.8F * static_cast<float>(x) / 360.0F);
    });
    for (const auto meaning : {OutputMeaning::depth, OutputMeaning::metric_depth}) {
        const auto depth = estimate_depth(load(meaning), picture).inverse_depth;
        EXPECT_GT(depth.at(20, 120), depth.at(180, 120));
        EXPECT_GT(depth.at(180, 120), depth.at(340, 120));
        // Half way in distance is less than a fifth of the way in its inverse.
        EXPECT_LT(depth.at(180, 120), 0.25F);
        EXPECT_NEAR(1.0F / (depth.at(180, 120) * depth.scale + depth.offset), 0.6F, 0.03F);
    }
}

TEST_F(GreenNetwork, NothingOutsideTheMatteMatters) {
    const Size size{160, 120};
    const Matte matte = disc(size, 2);
    const auto subject = [](int x, int y) {
        return cv::Vec3f(0.3F, 0.3F + 0.003F * static_cast<float>(x),
                         0.01F * static_cast<float>(y % 5));
    };
    const auto with_surroundings = [&](const cv::Vec3f& colour) {
        return estimate_depth(
                   load(),
                   paint(size,
                         [&](int x, int y) { return matte.at(x, y) > 0 ? subject(x, y) : colour; }),
                   &matte)
            .inverse_depth;
    };
    const auto on_white = with_surroundings({1, 1, 1});
    const auto on_black = with_surroundings({0, 0, 0});
    double worst = 0;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            if (matte.at(x, y) >= 1.0F)
                worst = std::max<double>(worst, std::abs(on_white.at(x, y) - on_black.at(x, y)));
    EXPECT_LT(worst, 0.05);
    // Outside it goes on as at the nearest border: left of the disc far, right of it near.
    EXPECT_LT(on_white.at(10, 60), 0.3F);
    EXPECT_GT(on_white.at(150, 60), 0.7F);
}

TEST_F(GreenNetwork, ThePicturesOwnAlphaIsAMatte) {
    const Size size{160, 120};
    const Matte matte = disc(size, 2);
    Image picture(size, SampleType::u8, AlphaKind::straight);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            auto* pixel = picture.row<std::uint8_t>(y) + 4 * x;
            const bool inside = matte.at(x, y) > 0;
            pixel[1] = inside ? static_cast<std::uint8_t>(60 + x) : 255;
            pixel[3] = static_cast<std::uint8_t>(std::lround(255 * matte.at(x, y)));
        }
    const auto depth = estimate_depth(load(), picture).inverse_depth;
    EXPECT_NEAR(depth.at(80, 60), 0.5F, 0.05F);
    EXPECT_GT(depth.at(150, 60), 0.7F);
}

TEST_F(GreenNetwork, RefusesWhatDoesNotBelong) {
    const Image picture = composite(Matte({20, 10}));
    const Matte wrong({10, 20});
    EXPECT_EQ(code_of([&] { static_cast<void>(estimate_depth(load(), picture, &wrong)); }),
              ErrorCode::mismatch);
    EXPECT_EQ(code_of([&] { static_cast<void>(estimate_matte(load(), picture)); }),
              ErrorCode::mismatch);
    const Model matte_model = load(OutputMeaning::matte, ModelTask::matte);
    EXPECT_EQ(code_of([&] { static_cast<void>(estimate_depth(matte_model, picture)); }),
              ErrorCode::mismatch);
}

// The network's matte is the picture's green. A faint patch that is sure nowhere goes, and so does
// the speckle of a network that overflowed; the subject stays.
TEST_F(GreenNetwork, GhostsAndSpeckleAreNoSubject) {
    const Size size{256, 192};
    const Matte truth = disc(size, 2);
    const Model model = load(OutputMeaning::matte, ModelTask::matte);
    const Image ghost =
        paint(size, [&](int x, int y) { return cv::Vec3f::all(x < 30 ? 0.4F : truth.at(x, y)); });
    const Image speckle = paint(size, [&](int x, int y) {
        return cv::Vec3f::all(x < 50 && x % 4 < 2 && y % 4 < 2 ? 1.0F : truth.at(x, y));
    });
    for (const Image& picture : {ghost, speckle}) {
        const Matte matte = estimate_matte(model, picture);
        EXPECT_GT(overlap(matte, truth), 0.97);
        EXPECT_EQ(matte.at(10, 90), 0.0F);
        EXPECT_EQ(matte.at(128, 96), 1.0F);
    }
    const Image nothing = paint(size, [](int, int) { return cv::Vec3f::all(0.3F); });
    EXPECT_EQ(std::ranges::max(estimate_matte(model, nothing).values()), 0.0F);
}

TEST_F(GreenNetwork, LogitsBecomeAMatte) {
    const Image picture =
        paint({256, 192}, [](int x, int) { return cv::Vec3f::all(x < 128 ? 0.0F : 1.0F); });
    ModelInterface interface = load().interface();
    interface.task = ModelTask::matte;
    interface.input.range = {-20, 20};
    interface.outputs = {{"map", OutputMeaning::matte_logit}};
    const Matte matte = estimate_matte(Model(interface), picture);
    EXPECT_EQ(matte.at(20, 90), 0.0F);
    EXPECT_EQ(matte.at(230, 90), 1.0F);
}

TEST_F(GreenNetwork, SaliencyOfAnyScaleBecomesAMatteUnlessItIsFaintEverywhere) {
    ModelInterface interface = load().interface();
    interface.task = ModelTask::matte;
    interface.outputs = {{"map", OutputMeaning::saliency}};
    const Model model(interface);
    const auto seen = [&](float least, float most) {
        return estimate_matte(model, paint({256, 192}, [&](int x, int) {
                                  return cv::Vec3f::all(x < 128 ? least : most);
                              }));
    };
    const Matte matte = seen(0.2F, 0.5F);
    EXPECT_EQ(matte.at(20, 90), 0.0F);
    EXPECT_EQ(matte.at(230, 90), 1.0F);
    EXPECT_EQ(std::ranges::max(seen(0.01F, 0.06F).values()), 0.0F);
}

TEST(SubjectRim, TakesItsDepthFromInside) {
    // A disc of depth 1 before 0, smeared as a network smears it.
    const Size size{120, 120};
    const Matte matte = disc(size, 1);
    cv::Mat_<float> depth = as_mat(matte).clone();
    cv::GaussianBlur(depth, depth, {}, 2.0);
    ASSERT_LT(depth(60, 32), 0.9F);
    continue_depth_from_inside(depth, as_mat(matte), 6.0);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) ASSERT_GT(depth(y, x), 0.97F) << x << ' ' << y;
}

TEST(SubjectRim, ThinPartsKeepTheirMiddle) {
    cv::Mat_<float> depth(60, 100, 0.2F);
    cv::Mat_<float> matte(60, 100, 0.0F);
    for (int x = 10; x < 90; ++x)
        for (int y = 28; y <= 32; ++y) {
            matte(y, x) = 1;
            depth(y, x) = y == 30 ? 0.01F * static_cast<float>(x) : 0.2F;
        }
    continue_depth_from_inside(depth, matte, 8.0);
    EXPECT_NEAR(depth(28, 30), 0.30F, 0.06F);
    EXPECT_NEAR(depth(32, 80), 0.80F, 0.06F);
    cv::Mat_<float> untouched(4, 4, 0.7F);
    continue_depth_from_inside(untouched, cv::Mat_<float>(4, 4, 0.0F), 2.0);
    EXPECT_EQ(untouched(2, 2), 0.7F);
}

TEST(EdgeAware, SmearedEdgesSnapToColourEdges) {
    // Depth changes near x = 208, smeared; the colours change at x = 200.
    cv::Mat_<float> map(60, 100, 0.0F);
    map.colRange(52, 100) = 1.0F;
    cv::GaussianBlur(map, map, {}, 1.5);
    cv::Mat_<cv::Vec3b> guide(240, 400, cv::Vec3b(30, 60, 40));
    guide.colRange(200, 400) = cv::Vec3b(200, 120, 90);
    const auto sharp = upsample_along_edges(map, guide, {});
    EXPECT_LT(sharp(120, 196), 0.2F);
    EXPECT_GT(sharp(120, 212), 0.8F);
    cv::Mat_<float> plain;
    cv::resize(map, plain, guide.size(), 0, 0, cv::INTER_CUBIC);
    const auto step = [](const cv::Mat_<float>& at) { return at(120, 202) - at(120, 198); };
    EXPECT_GT(step(sharp), 5 * step(plain));
}

TEST(EdgeAware, TextureLeavesNoTraceOnSurfaces) {
    cv::Mat_<float> map(60, 100);
    for (int y = 0; y < 60; ++y)
        for (int x = 0; x < 100; ++x) map(y, x) = 0.01F * static_cast<float>(x);
    cv::Mat_<cv::Vec3b> guide(240, 400);
    for (int y = 0; y < 240; ++y)
        for (int x = 0; x < 400; ++x)
            guide(y, x) = (x / 10 + y / 10) % 2 ? cv::Vec3b(250, 250, 250) : cv::Vec3b(10, 10, 10);
    const auto large = upsample_along_edges(map, guide, {});
    cv::Mat_<float> plain;
    cv::resize(map, plain, guide.size(), 0, 0, cv::INTER_CUBIC);
    EXPECT_LT(cv::norm(large, plain, cv::NORM_INF), 0.01);
}

// ---- Mattes.

TEST(MatteFromAlpha, NothingWhereThePictureIsOpaque) {
    EXPECT_FALSE(matte_from_alpha(composite(Matte({4, 4}))));
    Image picture({4, 2}, SampleType::u16, AlphaKind::straight);
    as_mat(picture).setTo(cv::Scalar::all(65535));
    EXPECT_FALSE(matte_from_alpha(picture));
    picture.row<std::uint16_t>(1)[4 * 2 + 3] = 16384;
    const auto matte = matte_from_alpha(picture);
    ASSERT_TRUE(matte);
    EXPECT_NEAR(matte->at(2, 1), 0.25F, 1e-4);
    EXPECT_EQ(matte->at(3, 1), 1.0F);
}

TEST(MatteFromHints, FindsTheSubjectByBoxOrPoint) {
    const Size size{240, 180};
    const Matte truth = disc(size, 2);
    const Image picture = composite(truth);
    EXPECT_GT(overlap(matte_from_hints(picture, {.box = Rect{50, 20, 140, 140}}), truth), 0.95);
    EXPECT_GT(overlap(matte_from_hints(picture, {.box = Rect{-10, -10, 300, 300}}), truth), 0.95);
    EXPECT_GT(overlap(matte_from_hints(picture, {.subject_points = {{120, 90}, {100, 80}},
                                                 .background_points = {{5, 5}}}),
                      truth),
              0.95);
    const auto once = matte_from_hints(picture, {.box = Rect{50, 20, 140, 140}}, {.threads = 1});
    const auto again = matte_from_hints(picture, {.box = Rect{50, 20, 140, 140}}, {.threads = 2});
    EXPECT_EQ(once.values(), again.values());
}

TEST(MatteFromHints, RefusesHintsThatMeanNothing) {
    const Image picture = composite(Matte({30, 20}));
    for (const auto& hints :
         std::vector<SubjectHints>{{},
                                   {.background_points = {{1, 1}}},
                                   {.box = Rect{30, 0, 5, 5}},
                                   {.box = Rect{-5, 0, 5, 5}},
                                   {.box = Rect{0, 0, 0, 9}},
                                   {.subject_points = {{30, 2}}},
                                   {.subject_points = {{2, 2}}, .background_points = {{2, -1}}}})
        EXPECT_EQ(code_of([&] { static_cast<void>(matte_from_hints(picture, hints)); }),
                  ErrorCode::usage);
    EXPECT_EQ(matte_from_hints(composite(Matte({1, 1})), {.box = Rect{0, 0, 1, 1}}).size(),
              (Size{1, 1}));
}

TEST(RefineMatte, MovesTheBorderToTheColours) {
    const Size size{300, 240};
    const Matte truth = disc(size, 3);
    Matte coarse(size);
    const cv::Mat shift = (cv::Mat_<double>(2, 3) << 1, 0, 3, 0, 1, -2);
    cv::Mat moved = as_mat(coarse);
    cv::warpAffine(as_mat(truth), moved, shift, moved.size());
    cv::GaussianBlur(moved, moved, {}, 2.0);
    for (const auto type : {SampleType::u8, SampleType::u16}) {
        const Matte refined = refine_matte(coarse, composite(truth, type), 6);
        EXPECT_LT(mean_difference(refined, truth), 0.25 * mean_difference(coarse, truth));
        EXPECT_EQ(refined.at(150, 120), 1.0F);
        EXPECT_EQ(refined.at(5, 5), 0.0F);
    }
    const Matte inside(size, 1.0F);
    EXPECT_EQ(refine_matte(inside, composite(truth)).values(), inside.values());
}

// ---- Taking the subject away, and taking it along.

TEST(SubjectColours, RecoverAKnownComposite) {
    const Size size{320, 240};
    const Matte matte = disc(size, 12);
    for (const auto type : {SampleType::u8, SampleType::u16}) {
        const Image picture = composite(matte, type);
        const Image colours = subject_colours(picture, matte);
        EXPECT_EQ(colours.size(), size);
        EXPECT_EQ(colours.sample_type(), type);
        EXPECT_EQ(colours.alpha(), AlphaKind::none);
        double before = 0, after = 0;
        int soft = 0;
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const float a = matte.at(x, y);
                if (a == 1.0F) {
                    ASSERT_EQ(colour_at(colours, x, y), colour_at(picture, x, y));
                }
                if (a <= 0.05F || a >= 0.95F) continue;
                ++soft;
                before += cv::norm(colour_at(picture, x, y) - kSubject);
                after += cv::norm(colour_at(colours, x, y) - kSubject);
            }
        ASSERT_GT(soft, 1000);
        EXPECT_LT(after / soft, 0.05);
        EXPECT_LT(after, 0.12 * before);
    }
}

TEST(Perception, IsTheSameForAnyNumberOfThreads) {
    const Size size{300, 200};
    const Matte matte = disc(size, 8);
    const Image picture = composite(matte);
    const RunContext one{.threads = 1};
    const RunContext two{.threads = 2};
    const auto same = [](const Image& a, const Image& b) {
        return std::equal(a.data(), a.data() + a.size_bytes(), b.data());
    };
    EXPECT_EQ(refine_matte(matte, picture, 5, one).values(),
              refine_matte(matte, picture, 5, two).values());
    EXPECT_TRUE(same(subject_colours(picture, matte, one), subject_colours(picture, matte, two)));
}

}  // namespace
}  // namespace diorama::perception
