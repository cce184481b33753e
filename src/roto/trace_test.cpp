#include <gmock/gmock.h>

#include <random>

#include "diorama/error.h"
#include "diorama/shapes.h"
#include "roto/borders.h"
#include "roto/painted_tones.h"

namespace diorama {
namespace {

ToneMap paint_noise(Size size, unsigned seed) {
    std::mt19937 random(seed);
    ToneMap tones(size);
    for (Tone& tone : tones.tones()) tone = kTones[random() % kTones.size()];
    return tones;
}

double share_that_differs(const ToneMap& a, const ToneMap& b) {
    std::size_t differing = 0;
    for (std::size_t i = 0; i < a.tones().size(); ++i) differing += a.tones()[i] != b.tones()[i];
    return static_cast<double>(differing) / static_cast<double>(a.tones().size());
}

// Pixels with a neighbour of another tone.
std::int64_t count_border_pixels(const ToneMap& tones) {
    std::int64_t count = 0;
    for (int y = 0; y < tones.height(); ++y)
        for (int x = 0; x < tones.width(); ++x) {
            const auto differs = [&](int dx, int dy) {
                const int u = std::clamp(x + dx, 0, tones.width() - 1);
                const int v = std::clamp(y + dy, 0, tones.height() - 1);
                return tones.at(u, v) != tones.at(x, y);
            };
            count += differs(1, 0) || differs(-1, 0) || differs(0, 1) || differs(0, -1);
        }
    return count;
}

TEST(Trace, ExactBordersShowEveryTone) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        const ToneMap tones = paint_noise({17, 13}, seed);
        EXPECT_EQ(draw_shapes(trace_tones(tones, {.smooth_px = 0})), tones) << seed;
    }
    const ToneMap balls = paint_balls({400, 200});
    EXPECT_EQ(draw_shapes(trace_tones(balls, {.smooth_px = 0})), balls);
}

TEST(Trace, SmoothCurvesStayNearThePixels) {
    const ToneMap tones = paint_balls({800, 450});
    const Drawing drawing = trace_tones(tones);
    EXPECT_LE(share_that_differs(draw_shapes(drawing), tones), 0.01);
    EXPECT_LE(drawing.count_nodes(), count_border_pixels(tones) / 6);
}

// Wherever a pixel and its neighbours have two tones alone, no other tone shows.
TEST(Trace, NothingShowsBetweenNeighbours) {
    const ToneMap tones = paint_balls({800, 450});
    const ToneMap drawn = draw_shapes(trace_tones(tones, {.smooth_px = 2}));
    for (int y = 3; y + 3 < tones.height(); ++y)
        for (int x = 3; x + 3 < tones.width(); ++x) {
            bool is_near = false;
            for (int dy = -3; dy <= 3; ++dy)
                for (int dx = -3; dx <= 3; ++dx)
                    is_near = is_near || tones.at(x + dx, y + dy) == drawn.at(x, y);
            EXPECT_TRUE(is_near) << x << ", " << y;
        }
}

TEST(Trace, ARectangleHasFourNodes) {
    ToneMap tones({60, 40});
    for (int y = 10; y < 30; ++y)
        for (int x = 15; x < 45; ++x) tones.at(x, y) = Tone::material;
    const Drawing drawing = trace_tones(tones);
    ASSERT_EQ(drawing.of(Tone::material).size(), 1U);
    EXPECT_EQ(drawing.of(Tone::material)[0].outlines[0].segments.size(), 4U);
    EXPECT_EQ(draw_shapes(drawing), tones);
}

TEST(Trace, ACircleIsRoundAndHasFewNodes) {
    ToneMap tones({100, 100});
    for (int y = 0; y < 100; ++y)
        for (int x = 0; x < 100; ++x)
            if (std::hypot(x - 49.5, y - 49.5) < 40) tones.at(x, y) = Tone::highlight;
    const Drawing drawing = trace_tones(tones);
    const Outline& outline = drawing.of(Tone::highlight)[0].outlines[0];
    EXPECT_LE(outline.segments.size(), 8U);
    for (const CurveSegment& segment : outline.segments) {
        EXPECT_EQ(segment.kind, SegmentKind::cubic);
        EXPECT_NEAR(std::hypot(segment.end.x - 50, segment.end.y - 50), 40, 1.0);
    }
}

TEST(Trace, ATonePassesUnderWhatIsStackedAboveIt) {
    ToneMap tones = tones_of({"............", ".mmmmmmmmmm.", ".mmhhmmddmm.", ".mmhhmmddmm.",
                              ".mmmmmmmmmm.", "............"});
    const Drawing drawing = trace_tones(tones, {.smooth_px = 0});
    ASSERT_EQ(drawing.of(Tone::material).size(), 1U);
    EXPECT_EQ(drawing.of(Tone::material)[0].outlines.size(), 1U) << "no hole";
}

TEST(Trace, HolesBelongToTheAreaAroundThem) {
    const ToneMap tones = tones_of({"hhhhhhh.hhh", "h.....h.h.h", "h.hhh.h.hhh", "h.h.h.h....",
                                    "h.hhh.h....", "h.....h....", "hhhhhhh...."});
    const Drawing drawing = trace_tones(tones, {.smooth_px = 0});
    EXPECT_EQ(drawing.of(Tone::highlight).size(), 3U);
    for (const Shape& shape : drawing.of(Tone::highlight)) EXPECT_EQ(shape.outlines.size(), 2U);
}

TEST(Trace, TheSameForAnyNumberOfThreads) {
    const ToneMap tones = paint_balls({300, 200});
    RunContext alone;
    alone.threads = 1;
    EXPECT_TRUE(trace_tones(tones, {}, alone) == trace_tones(tones));
}

TEST(Trace, WhatIsWrongIsSaid) {
    EXPECT_THROW((void)trace_tones({}), Error);
    EXPECT_THROW((void)trace_tones(ToneMap({2, 2}), {.smooth_px = -1}), Error);
}

}  // namespace
}  // namespace diorama
