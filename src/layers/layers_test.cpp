#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "diorama/error.h"
#include "diorama/layers.h"
#include "diorama/motion.h"

namespace diorama {
namespace {

struct Scene {
    Image colours;
    Matte matte;
    InverseDepth depth;
};

// A disc of smooth depth with a soft rim on a picture of noise.
Scene make_disc(Size size, SampleType type = SampleType::u8) {
    Scene scene{Image(size, type, AlphaKind::none), Matte(size), InverseDepth(size)};
    std::mt19937 random(1);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const double dx = (x - size.width / 2.0) / (0.4 * size.width);
            const double dy = (y - size.height / 2.0) / (0.4 * size.height);
            const double r = std::sqrt(dx * dx + dy * dy);
            scene.matte.at(x, y) = static_cast<float>(std::clamp((1 - r) * 20, 0.0, 1.0));
            scene.depth.at(x, y) = static_cast<float>(1 - r * r + 0.3 * dx);
            for (int c = 0; c < 3; ++c) {
                if (type == SampleType::u8)
                    scene.colours.row<std::uint8_t>(y)[3 * x + c] = random() & 0xFF;
                else
                    scene.colours.row<std::uint16_t>(y)[3 * x + c] = random() & 0xFFFF;
            }
        }
    return scene;
}

// How often each pixel lies in a span, and by which slices.
std::map<std::pair<int, int>, std::vector<int>> pixels_of(const SliceStack& stack) {
    std::map<std::pair<int, int>, std::vector<int>> pixels;
    for (int y = 0; y < stack.image.height(); ++y)
        for (const SliceSpan& span : stack.row(y))
            for (int x = span.x; x < span.x + span.length; ++x)
                pixels[{x, y}].push_back(span.slice);
    return pixels;
}

TEST(PercentileEdges, InterpolateBetweenValues) {
    InverseDepth depth({5, 1});
    depth.values() = {4, 1, 3, 2, 5};
    const Matte matte({5, 1}, 1.0F);
    EXPECT_EQ(percentile_edges(depth, matte, 2), (std::vector<float>{1, 3, 5}));
    const auto thirds = percentile_edges(depth, matte, 3);
    EXPECT_NEAR(thirds[1], 1 + 4.0 / 3, 1e-6);
}

TEST(PercentileEdges, SeeOnlyTheSubject) {
    InverseDepth depth({4, 1});
    depth.values() = {100, 1, 2, -100};
    Matte matte({4, 1});
    matte.values() = {0, 1, 1, 0.4F};
    EXPECT_EQ(percentile_edges(depth, matte, 1), (std::vector<float>{1, 2}));
}

TEST(PercentileEdges, RefuseNoSubjectAndNoSlices) {
    const InverseDepth depth({4, 4});
    EXPECT_THROW((void)percentile_edges(depth, Matte({4, 4}), 10), Error);
    EXPECT_THROW((void)percentile_edges(depth, Matte({4, 4}, 1.0F), 0), Error);
    EXPECT_THROW((void)percentile_edges(depth, Matte({5, 4}, 1.0F), 10), Error);
}

TEST(SliceOf, TakesValuesBeyondTheEdgesIntoTheEndSlices) {
    const std::vector<float> edges{0, 1, 2, 3};
    EXPECT_EQ(slice_of(-5, edges), 0);
    EXPECT_EQ(slice_of(0.5F, edges), 0);
    EXPECT_EQ(slice_of(1, edges), 1);
    EXPECT_EQ(slice_of(9, edges), 2);
}

TEST(CutSlices, AreDisjointCompleteAndOfEqualPopulation) {
    const Scene scene = make_disc({120, 90});
    const SliceStack stack = cut_slices(scene.colours, scene.matte, scene.depth, {.slices = 20});
    std::vector<int> population(20, 0);
    int opaque = 0;
    const auto pixels = pixels_of(stack);
    for (const auto& [at, slices] : pixels) {
        ASSERT_EQ(slices.size(), 1U);
        const float alpha = scene.matte.at(at.first + stack.x, at.second + stack.y);
        EXPECT_GT(alpha, 0);
        if (alpha < 0.5F) continue;
        ++population[slices[0]];
        ++opaque;
    }
    int seen = 0;
    for (const float alpha : scene.matte.values()) seen += alpha >= 0.5F / 255;
    EXPECT_EQ(static_cast<int>(pixels.size()), seen);
    for (const int count : population) EXPECT_NEAR(count, opaque / 20.0, 2);
}

TEST(CutSlices, NearerPixelsLieInLaterSlices) {
    const Scene scene = make_disc({60, 60});
    const SliceStack stack = cut_slices(scene.colours, scene.matte, scene.depth, {.slices = 8});
    std::vector<float> low(8, 1e9F);
    std::vector<float> high(8, -1e9F);
    for (const auto& [at, slices] : pixels_of(stack)) {
        const float value = scene.depth.at(at.first + stack.x, at.second + stack.y);
        low[slices[0]] = std::min(low[slices[0]], value);
        high[slices[0]] = std::max(high[slices[0]], value);
    }
    for (int s = 1; s < 8; ++s) EXPECT_LE(high[s - 1], low[s]);
}

TEST(CutSlices, PixelsArePremultiplied) {
    for (const SampleType type : {SampleType::u8, SampleType::u16}) {
        const Scene scene = make_disc({40, 40}, type);
        const SliceStack stack = cut_slices(scene.colours, scene.matte, scene.depth, {});
        ASSERT_EQ(stack.image.sample_type(), type);
        for (int y = 0; y < stack.image.height(); ++y)
            for (int x = 0; x < stack.image.width(); ++x) {
                const float alpha = scene.matte.at(x + stack.x, y + stack.y);
                if (type == SampleType::u8) {
                    const int colour =
                        scene.colours.row<std::uint8_t>(y + stack.y)[3 * (x + stack.x)];
                    EXPECT_NEAR(stack.image.row<std::uint8_t>(y)[4 * x],
                                static_cast<float>(colour) * alpha, 0.51);
                } else {
                    EXPECT_NEAR(stack.image.row<std::uint16_t>(y)[4 * x + 3], 65535 * alpha, 0.51);
                }
            }
    }
}

TEST(CutSlices, OverlapGoesUnderNearerNeighboursOnly) {
    const Scene scene = make_disc({80, 80});
    const SliceStack plain = cut_slices(scene.colours, scene.matte, scene.depth, {.slices = 30});
    const SliceStack stack = cut_slices(scene.colours, scene.matte, scene.depth,
                                        {.slices = 30,
                                         .way_px = 29.0,  // a pixel a slice
                                         .directions = Directions::along_rows});
    const auto own = pixels_of(plain);
    int overlaps = 0;
    for (const auto& [at, slices] : pixels_of(stack)) {
        const int nearest = *std::max_element(slices.begin(), slices.end());
        EXPECT_EQ(nearest, own.at(at)[0]);
        for (const int slice : slices) {
            EXPECT_LE(nearest - slice, 3);
            if (slice == nearest) continue;
            ++overlaps;
            const int x = at.first;
            const int y = at.second;
            const auto is = [&](int column) {
                const auto found = own.find({column, y});
                return found != own.end() && found->second[0] == slice;
            };
            bool beside = false;
            for (int d = 1; d <= 4; ++d) beside = beside || is(x - d) || is(x + d);
            EXPECT_TRUE(beside);
        }
    }
    EXPECT_GT(overlaps, 100);
}

TEST(CutSlices, GoOnBeyondTheFrameOnlyWhereTheSubjectTouchesIt) {
    Scene scene = make_disc({40, 30});
    std::fill(scene.matte.values().begin(), scene.matte.values().end(), 0.0F);
    for (int y = 10; y < 30; ++y)
        for (int x = 5; x < 25; ++x) scene.matte.at(x, y) = 1;
    const SliceStack stack =
        cut_slices(scene.colours, scene.matte, scene.depth, {.slices = 5, .way_px = 5});
    EXPECT_EQ(stack.x, 5);
    EXPECT_EQ(stack.y, 10);
    EXPECT_EQ(stack.image.size(), (Size{20, 27}));
    // The row beyond the border mirrors the one before it.
    EXPECT_TRUE(std::equal(stack.image.row<std::uint8_t>(20), stack.image.row<std::uint8_t>(21),
                           stack.image.row<std::uint8_t>(18)));
}

TEST(CutSlices, SameForAnyNumberOfThreads) {
    const Scene scene = make_disc({200, 150});
    const SliceCut cut{.slices = 50, .way_px = 30};
    const SliceStack one = cut_slices(scene.colours, scene.matte, scene.depth, cut, {.threads = 1});
    const SliceStack two = cut_slices(scene.colours, scene.matte, scene.depth, cut, {.threads = 2});
    EXPECT_EQ(one.index, two.index);
    ASSERT_EQ(one.spans.size(), two.spans.size());
    for (std::size_t i = 0; i < one.spans.size(); ++i) {
        EXPECT_EQ(one.spans[i].x, two.spans[i].x);
        EXPECT_EQ(one.spans[i].length, two.spans[i].length);
    }
}

TEST(CutSlices, FlatDepthAndSinglePixelWork) {
    Scene scene = make_disc({20, 20});
    std::fill(scene.depth.values().begin(), scene.depth.values().end(), 0.5F);
    EXPECT_NO_THROW((void)cut_slices(scene.colours, scene.matte, scene.depth, {}));
    const Image pixel({1, 1}, SampleType::u8, AlphaKind::none);
    const SliceStack stack =
        cut_slices(pixel, Matte({1, 1}, 1.0F), InverseDepth({1, 1}), {.slices = 1});
    EXPECT_EQ(pixels_of(stack).size(), 1U);
}

TEST(SliceImage, SlicesAddUpToTheSubject) {
    const Scene scene = make_disc({50, 50});
    const SliceStack stack = cut_slices(scene.colours, scene.matte, scene.depth, {.slices = 7});
    std::vector<int> sum(stack.image.size_bytes(), 0);
    for (int s = 0; s < 7; ++s) {
        const Image slice = stack.slice_image(s);
        for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += slice.data()[i];
    }
    for (std::size_t i = 0; i < sum.size(); ++i) EXPECT_EQ(sum[i], stack.image.data()[i]);
}

TEST(CutHidden, ContinuesTheFarSideUnderTheNearOne) {
    // Far left half, near right half; the far colours run 0, 1, 2, ... along the row.
    constexpr int kWidth = 60;
    Image colours({kWidth, 4}, SampleType::u8, AlphaKind::none);
    InverseDepth depth({kWidth, 4});
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < kWidth; ++x) {
            colours.row<std::uint8_t>(y)[3 * x] = static_cast<std::uint8_t>(x);
            depth.at(x, y) = x < 30 ? 0.0F : 1.0F;
        }
    const SliceCut cut{.slices = 2, .way_px = 10, .directions = Directions::along_rows};
    const SliceStack slices = cut_slices(colours, Matte({kWidth, 4}, 1.0F), depth, cut);
    const SliceStack hidden = cut_hidden(slices, cut);
    const auto spans = hidden.row(1);
    ASSERT_EQ(spans.size(), 1U);
    EXPECT_EQ(spans[0].slice, 0);
    EXPECT_EQ(spans[0].x + hidden.x, 30);
    EXPECT_GE(spans[0].length, 10);
    EXPECT_LE(spans[0].length, 13);
    const std::uint8_t* row = hidden.image.row<std::uint8_t>(1);
    for (int x = spans[0].x; x < spans[0].x + spans[0].length; ++x) EXPECT_LT(row[4 * x], 30);
}

TEST(CutHidden, IsEmptyOnASmoothSurface) {
    const Scene scene = make_disc({120, 120});
    const SliceCut cut{.slices = 100, .way_px = 5};
    const SliceStack slices = cut_slices(scene.colours, scene.matte, scene.depth, cut);
    EXPECT_TRUE(cut_hidden(slices, cut).spans.empty());
}

TEST(CutSupport, FullIsTheWholeSubject) {
    const Scene scene = make_disc({50, 50});
    const SliceStack slices = cut_slices(scene.colours, scene.matte, scene.depth, {});
    const SliceStack support = cut_support(slices, 0.25, 0);
    EXPECT_TRUE(std::equal(support.image.data(), support.image.data() + support.image.size_bytes(),
                           slices.image.data()));
    EXPECT_EQ(pixels_of(support).size(), pixels_of(slices).size());
}

TEST(CutSupport, TrimmedKeepsClearOfWhatMovedSlicesUncover) {
    const Scene scene = make_disc({200, 200});
    const SliceStack slices = cut_slices(scene.colours, scene.matte, scene.depth, {});
    constexpr double kAmountPx = 16;
    const SliceStack support = cut_support(slices, 0.25, kAmountPx);
    // At the largest displacement to either side, no support pixel may lie where the complete
    // subject, moved like the slice next to that pixel, does not.
    const auto inside = pixels_of(slices);
    int kept = 0;
    for (const auto& [at, unused] : pixels_of(support)) {
        ++kept;
        const double fraction = inside.at(at)[0] / 99.0;
        const int departure = static_cast<int>(std::abs(fraction - 0.25) * kAmountPx);
        EXPECT_TRUE(inside.contains({at.first - departure, at.second}));
        EXPECT_TRUE(inside.contains({at.first + departure, at.second}));
    }
    EXPECT_GT(kept, 5000);
}

TEST(MotionAt, LoopsWithoutASeam) {
    for (const auto& choice : kChoices<Motion>) {
        const MotionState first = motion_at(choice.value, 0, 40, 512);
        const MotionState last = motion_at(choice.value, 1, 40, 512);
        for (const double f : {0.0, 0.3, 1.0}) {
            EXPECT_NEAR(first.at(f).x_px, last.at(f).x_px, 1e-9) << choice.name;
            EXPECT_NEAR(first.at(f).y_px, last.at(f).y_px, 1e-9) << choice.name;
            EXPECT_NEAR(first.at(f).scale, last.at(f).scale, 1e-9) << choice.name;
        }
    }
}

TEST(MotionAt, AmountIsTheNearestDepthsWayAgainstTheFarthest) {
    EXPECT_NEAR(motion_at(Motion::sway, 0.25, 40, 512).at(1).x_px, 40, 1e-9);
    EXPECT_NEAR(motion_at(Motion::sway, 0.25, 40, 512).at(0).x_px, 0, 1e-9);
    EXPECT_NEAR(motion_at(Motion::sway, 0.25, 40, 512).at(0.5).x_px, 20, 1e-9);
    EXPECT_NEAR(motion_at(Motion::bob, 0.25, 40, 512).at(1).y_px, 40, 1e-9);
    const MotionState orbit = motion_at(Motion::orbit, 0.25, 40, 512);
    EXPECT_NEAR(orbit.at(1).x_px, 20, 1e-9);
    EXPECT_NEAR(orbit.at(0).x_px, -20, 1e-9);
    // A dolly moves the frame's edge, 256 px from the centre, by the amount.
    EXPECT_NEAR((motion_at(Motion::dolly, 0.5, 40, 512).at(1).scale - 1) * 256, 40, 1e-9);
    EXPECT_EQ(motion_at(Motion::hold, 0.3, 40, 512).at(1).x_px, 0);
    EXPECT_EQ(motion_at(Motion::zoom, 0.5, 40, 512).at(0).scale,
              motion_at(Motion::zoom, 0.5, 40, 512).at(1).scale);
}

}  // namespace
}  // namespace diorama
