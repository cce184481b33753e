#include <gmock/gmock.h>

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "diorama/shapes.h"
#include "roto/borders.h"
#include "roto/painted_tones.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;

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

// A real reader of SVG, where there is one, and the tones that it shows.
ToneMap render(const std::string& svg) {
    const fs::path folder = fs::temp_directory_path();
    const fs::path file = folder / fmt::format("diorama_trace_{}.svg", ::getpid());
    const fs::path picture = fs::path(file).replace_extension(".png");
    std::ofstream(file) << svg;
    const std::string command =
        fmt::format("rsvg-convert '{}' -o '{}'", file.string(), picture.string());
    EXPECT_EQ(std::system(command.c_str()), 0);
    const Image drawn = read_picture(picture);
    fs::remove(file);
    fs::remove(picture);
    // A pixel on a border is a mixture: the colour that is nearest counts.
    ToneMap tones(drawn.size());
    for (int y = 0; y < tones.height(); ++y)
        for (int x = 0; x < tones.width(); ++x) {
            const std::uint8_t* pixel = drawn.row<std::uint8_t>(y) + drawn.channels() * x;
            const auto distance = [&](Tone tone) {
                int sum = 0;
                for (std::size_t c = 0; c < 3; ++c)
                    sum += std::abs(pixel[c] - kUsualPalette[index_of(tone)][c]);
                return sum;
            };
            tones.at(x, y) = *std::ranges::min_element(kTones, {}, distance);
        }
    return tones;
}

TEST(Trace, ReadersOfSvgShowTheTones) {
    if (std::system("rsvg-convert --version > /dev/null 2>&1") != 0)
        GTEST_SKIP() << "rsvg-convert (librsvg2-bin) is not installed";
    const ToneMap tones = paint_balls({800, 450});
    EXPECT_EQ(render(make_svg(trace_tones(tones, {.smooth_px = 0}))), tones);
    EXPECT_LE(share_that_differs(render(make_svg(trace_tones(tones))), tones), 0.01);
}

TEST(Trace, AnAnimationIsWrittenWithoutRepeats) {
    const Drawing one = trace_tones(paint_balls({80, 60}));
    const Drawing two = trace_tones(ToneMap({80, 60}, Tone::material));
    const std::string svg =
        make_animated_svg({{one, Seconds(0.1)}, {one, Seconds(0.1)}, {two, Seconds(0.2)}});
    const auto count = [&](std::string_view text) {
        int found = 0;
        for (auto at = svg.find(text); at != std::string::npos; at = svg.find(text, at + 1))
            ++found;
        return found;
    };
    EXPECT_EQ(count("<animate "), 2);
    EXPECT_EQ(count("class=\"highlight\""), 2);
    EXPECT_EQ(count("gradient"), 0);
}

TEST(Trace, WhatIsWrongIsSaid) {
    EXPECT_THROW((void)trace_tones({}), Error);
    EXPECT_THROW((void)trace_tones(ToneMap({2, 2}), {.smooth_px = -1}), Error);
}

}  // namespace
}  // namespace diorama
