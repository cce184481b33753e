#include "diorama/scroll.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "core/thrown_error.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "scroll/composite.h"
#include "scroll/picture_edge.h"
#include "scroll/rhythm.h"
#include "scroll/seam_ratio.h"
#include "scroll/speeds.h"
#include "scroll/strips.h"

namespace diorama {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

bool same_bytes(const Image& a, const Image& b) {
    return a.size_bytes() == b.size_bytes() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

// ---- Speeds

TEST(Speeds, OfEachPlaneByNameOrInOrder) {
    const std::vector<float> three{0, 0.5F, 1};
    EXPECT_THAT(scroll::parse_speeds("bg=1.5,mg=9,fg=180", three), ElementsAre(1.5, 9, 180));
    EXPECT_THAT(scroll::parse_speeds("fg=180,bg=1.5,mg=9", three), ElementsAre(1.5, 9, 180));
    EXPECT_THAT(scroll::parse_speeds("0,9,9", three), ElementsAre(0, 9, 9));
    EXPECT_THAT(scroll::parse_speeds("2,4", {0, 1}), ElementsAre(2, 4));
}

TEST(Speeds, OneSpeedIsSpreadByDepth) {
    EXPECT_THAT(scroll::parse_speeds("100", {0.2F, 0.4F, 1.0F}),
                ElementsAre(testing::DoubleNear(10, 1e-5), testing::DoubleNear(32.5, 1e-5),
                            testing::DoubleNear(100, 1e-5)));
}

TEST(Speeds, BadTextIsOneLine) {
    const std::vector<float> three{0, 0.5F, 1};
    for (const auto& [text, message] : std::vector<std::pair<std::string, std::string>>{
             {"fast", "is neither a speed nor a list"},
             {"", "is neither a speed nor a list"},
             {"1,2", "has 2 speeds for 3 planes"},
             {"bg=1,mg=2", "has 2 speeds for 3 planes"},
             {"bg=1,mg=2,sky=3", "names 'sky'"},
             {"bg=1,mg=2,mg=3", "must name every plane once"},
             {"bg=1,2,3", "must name every plane once"},
             {"9,5,7", "falls from far to near"},
             {"0,0,0", "moves nothing"},
             {"0", "moves nothing"},
             {"-3", "below 0; --direction"},
             {"nan", "is neither"},
         }) {
        const Error error = error_of([&, &t = text] { (void)scroll::parse_speeds(t, three); });
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_THAT(error.what(), HasSubstr(message)) << text;
    }
}

// 1.5, 9 and 180 pixels a frame over a period of 2·1840 px in 20 s.
TEST(Loop, EachPlaneCompletesWholePeriodsNearestToItsSpeed) {
    const auto motions = scroll::close_loop({45, 270, 5400}, 3680, 20);
    ASSERT_EQ(motions.size(), 3U);
    EXPECT_EQ(motions[0].periods, 1);   // at least one
    EXPECT_EQ(motions[1].periods, 2);   // 1.47 rounds to 1, but nearer planes complete more
    EXPECT_EQ(motions[2].periods, 29);  // 29.3
    for (const PlaneMotion& motion : motions)
        EXPECT_DOUBLE_EQ(motion.speed_px * 20, motion.periods * 3680.0);
    const auto equal = scroll::close_loop({0, 500, 500}, 1000, 10);
    EXPECT_EQ(equal[0].periods, 0);
    EXPECT_EQ(equal[1].periods, 5);
    EXPECT_EQ(equal[2].periods, 5);
}

// ---- Rhythm

TEST(Lighting, StaysNearItsControlPointsAndMeetsItsBeginning) {
    const scroll::Lighting light(7, 1);
    double low = 2;
    double high = 0;
    for (int i = 0; i <= 1000; ++i) {
        const double gain = light.gain(i / 1000.0);
        low = std::min(low, gain);
        high = std::max(high, gain);
        EXPECT_NEAR(gain, light.gain((i + 1) / 1000.0), 0.01);
    }
    EXPECT_GT(low, 0.75);
    EXPECT_LT(high, 1.1);
    EXPECT_GT(high - low, 0.05);
    EXPECT_EQ(light.gain(0), light.gain(1));
    EXPECT_EQ(light.gain(0.37), scroll::Lighting(7, 1).gain(0.37));
    EXPECT_NE(light.gain(0.37), scroll::Lighting(8, 1).gain(0.37));
    EXPECT_EQ(scroll::Lighting(7, 0).gain(0.37), 1);
}

TEST(Shake, CompletesWholeCyclesWithinItsReach) {
    const scroll::Shake shake(2, 0.5, 3.3);
    EXPECT_NEAR(shake.at(0).y_px, shake.at(1).y_px, 1e-9);
    EXPECT_NEAR(shake.at(0).x_px, shake.at(1).x_px, 1e-9);
    double highest = 0;
    for (int i = 0; i < 5000; ++i) highest = std::max(highest, std::abs(shake.at(i / 5e3).y_px));
    EXPECT_LE(highest, shake.reach().y_px);
    EXPECT_GT(highest, 0.8 * shake.reach().y_px);
    EXPECT_DOUBLE_EQ(shake.reach().y_px, 4);  // 2.5 + 1.5 px of the paper
    EXPECT_EQ(scroll::Shake(0, 1, 3).at(0.2).y_px, 0);
}

// ---- Edges

// Grain between 100 and 119, framed by dark lines on the left and bright ones below.
Image framed(int left, int below) {
    Image picture({200, 150}, SampleType::u8, AlphaKind::none);
    std::mt19937 random(4);
    for (int y = 0; y < 150; ++y)
        for (int x = 0; x < 200; ++x)
            for (int c = 0; c < 3; ++c)
                picture.row<std::uint8_t>(y)[3 * x + c] =
                    static_cast<std::uint8_t>(x < left           ? 20
                                              : y >= 150 - below ? 250
                                                                 : 100 + random() % 20);
    return picture;
}

TEST(Edges, LinesOfAFrameAreReplacedByThePicture) {
    const Image mended = scroll::mend_edges(framed(2, 1));
    for (int y = 0; y < 150; ++y)
        for (int x = 0; x < 200; ++x) {
            ASSERT_GE(mended.row<std::uint8_t>(y)[3 * x], 100) << x << "," << y;
            ASSERT_LT(mended.row<std::uint8_t>(y)[3 * x], 120) << x << "," << y;
        }
    const Image plain = framed(0, 0);
    EXPECT_TRUE(same_bytes(scroll::mend_edges(plain), plain));
    const Image black({60, 60}, SampleType::u16, AlphaKind::none);
    EXPECT_TRUE(same_bytes(scroll::mend_edges(black), black));
    const Image pixel({1, 1}, SampleType::u8, AlphaKind::none);
    EXPECT_TRUE(same_bytes(scroll::mend_edges(pixel), pixel));
}

// ---- Strips

// Opaque pixels whose red says their column.
Image columns(int width, int height = 2) {
    Image image({width, height}, SampleType::u8, AlphaKind::premultiplied);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            image.row<std::uint8_t>(y)[4 * x] = static_cast<std::uint8_t>(10 * (x + 1));
            image.row<std::uint8_t>(y)[4 * x + 3] = 255;
        }
    return image;
}

std::vector<int> reds(const Image& image, int y = 0) {
    std::vector<int> values;
    for (int x = 0; x < image.width(); ++x) values.push_back(image.row<std::uint8_t>(y)[4 * x]);
    return values;
}

TEST(Strips, MirrorRepeatAndNone) {
    const Image plane = columns(4);
    EXPECT_THAT(reds(scroll::make_strip(plane, Tiling::mirror, 0, {})),
                ElementsAre(10, 20, 30, 40, 40, 30, 20, 10));
    EXPECT_THAT(reds(scroll::make_strip(plane, Tiling::none, 0, {})), ElementsAre(10, 20, 30, 40));
    // Columns 3 and 4 fade into columns 1 and 2.
    EXPECT_THAT(reds(scroll::make_strip(plane, Tiling::repeat, 2, {})), ElementsAre(25, 25));
    // The paper's: columns 3 and 4 fade into the mirror's first two.
    EXPECT_THAT(reds(scroll::make_strip(plane, Tiling::mirror, 2, {})),
                ElementsAre(10, 20, 33, 33, 20, 10));
    EXPECT_THAT(error_of([&] { (void)scroll::make_strip(plane, Tiling::repeat, 3, {}); }).what(),
                HasSubstr("--seam: a cross-fade of 3 px needs a picture at least twice as long"));
}

TEST(Strips, BlurIsTheMeanOverTheWayAndGoesRound) {
    Image strip = columns(6);
    auto* row = strip.row<std::uint8_t>(0);
    for (int x = 0; x < 6; ++x) row[4 * x] = x == 0 ? 240 : 0;
    EXPECT_THAT(reds(scroll::blur_strip(strip, 3, {})), ElementsAre(80, 80, 0, 0, 0, 80));
    EXPECT_THAT(reds(scroll::blur_strip(strip, 2, {})), ElementsAre(120, 60, 0, 0, 0, 60));
    EXPECT_THAT(reds(scroll::blur_strip(strip, 12, {})), ElementsAre(40, 40, 40, 40, 40, 40));
    EXPECT_TRUE(same_bytes(scroll::blur_strip(strip, 0.2, {}), strip));
}

// The paper's section III.B.1, in numbers.
TEST(Strips, TilingDecidesWhetherTheJoinIsSeen) {
    // A slope from dark to light with a little noise: its ends do not match.
    Image plane({400, 40}, SampleType::u8, AlphaKind::premultiplied);
    std::mt19937 random(3);
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 400; ++x)
            for (int c = 0; c < 4; ++c)
                plane.row<std::uint8_t>(y)[4 * x + c] =
                    c == 3 ? 255 : static_cast<std::uint8_t>(20 + x / 2 + random() % 12);
    const auto ratio = [&](Tiling tiling, int seam_px) {
        const Image strip = scroll::make_strip(plane, tiling, seam_px, {});
        return scroll::seam_ratio(strip, strip.width() - 1);
    };
    EXPECT_GT(ratio(Tiling::none, 0), 10);
    EXPECT_LE(ratio(Tiling::repeat, 64), 1.3);
    EXPECT_LE(ratio(Tiling::mirror, 0), 1.3);
}

// ---- Compositing

// Planes of noise: the first opaque, the others with soft discs that leave much open.
std::vector<Image> noise_planes(Size size, SampleType type, int count) {
    std::mt19937 random(5);
    std::vector<Image> planes;
    for (int n = 0; n < count; ++n) {
        Image plane(size, type, AlphaKind::premultiplied);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const double radius = std::hypot(x % 90 - 45, y % 70 - 35) / 30;
                const double alpha = n == 0 ? 1 : std::clamp((1.1 - radius) * 6, 0.0, 1.0);
                for (int c = 0; c < 4; ++c) {
                    const double value = c == 3 ? alpha : alpha * (random() % 1000) / 999.0;
                    if (type == SampleType::u8)
                        plane.row<std::uint8_t>(y)[4 * x + c] =
                            static_cast<std::uint8_t>(std::lround(255 * value));
                    else
                        plane.row<std::uint16_t>(y)[4 * x + c] =
                            static_cast<std::uint16_t>(std::lround(65535 * value));
                }
            }
        planes.push_back(std::move(plane));
    }
    return planes;
}

struct Difference {
    double mean = 0;
    double worst = 0;
};

Difference difference(const Image& a, const Image& b) {
    Difference d;
    const std::size_t samples = a.size_bytes() / a.bytes_per_sample();
    const double white = a.sample_type() == SampleType::u8 ? 255 : 65535;
    for (std::size_t i = 0; i < samples; ++i) {
        const double x = a.sample_type() == SampleType::u8 ? a.row<std::uint8_t>(0)[i]
                                                           : a.row<std::uint16_t>(0)[i];
        const double y = a.sample_type() == SampleType::u8 ? b.row<std::uint8_t>(0)[i]
                                                           : b.row<std::uint16_t>(0)[i];
        d.mean += std::abs(x - y) / white / static_cast<double>(samples);
        d.worst = std::max(d.worst, std::abs(x - y) / white);
    }
    return d;
}

TEST(Composite, MatchesThePlainWay) {
    for (const SampleType type : {SampleType::u8, SampleType::u16}) {
        const auto planes = noise_planes({313, 97}, type, 4);
        std::vector<scroll::Strip> strips(planes.begin(), planes.end());
        for (const double part : {0.0, 0.25, 0.71}) {
            const scroll::View view{.x_px = {3 + part, -1000.5 + part, 312.9, 1e6 + part},
                                    .y_px = 2 + part,
                                    .gain = 0.87};
            Image fast({700, 90}, type, AlphaKind::premultiplied);
            Image plain = fast;
            scroll::composite(strips, view, fast, {});
            scroll::composite_reference(planes, view, plain, {});
            const auto found = difference(fast, plain);
            // OpenCV samples at 32nds of a pixel, so that neighbours of noise differ by up to 1/64.
            EXPECT_LE(found.mean, 1.5 / 255) << part;
            EXPECT_LE(found.worst, 8.0 / 255) << part;
        }
    }
}

TEST(Composite, SameBytesForAnyNumberOfThreads) {
    const auto planes = noise_planes({200, 64}, SampleType::u8, 3);
    const std::vector<scroll::Strip> strips(planes.begin(), planes.end());
    const scroll::View view{.x_px = {1.3, 55.6, 140.1}, .y_px = 0.4, .gain = 1.03};
    Image one({150, 60}, SampleType::u8, AlphaKind::premultiplied);
    Image many = one;
    scroll::composite(strips, view, one, {.threads = 1});
    scroll::composite(strips, view, many, {.threads = 7});
    EXPECT_TRUE(same_bytes(one, many));
}

// ---- The effect

ScrollInput noise_world(const ScrollOptions& options, Size frame = {160, 90},
                        SampleType type = SampleType::u8) {
    const Size border = scroll_border(frame, options);
    const Size size{frame.width + border.width, frame.height + border.height};
    return {.planes = noise_planes(size, type, 3),
            .nearness = {0, 0.4F, 1},
            .frame = frame,
            .duration = Seconds(4)};
}

TEST(Scroll, TheFrameAfterTheLastIsTheFirst) {
    for (const auto direction : {ScrollDirection::left, ScrollDirection::up})
        for (const auto tiling : {Tiling::mirror, Tiling::repeat, Tiling::none})
            for (const auto type : {SampleType::u8, SampleType::u16}) {
                const ScrollOptions options{.direction = direction, .tiling = tiling, .seed = 3};
                const Scroll world(noise_world(options, {160, 90}, type), options);
                Image first = world.make_frame();
                Image last = first;
                Image middle = first;
                world.draw(0, first);
                world.draw(1, last);
                world.draw(0.31, middle);
                EXPECT_TRUE(same_bytes(first, last));
                EXPECT_GT(difference(first, middle).mean, 0.02);
                EXPECT_EQ(first.size(), (Size{160, 90}));
            }
}

TEST(Scroll, DirectionsAreMirrorsOfEachOther) {
    const ScrollOptions still{.shutter_deg = 0, .lighting = 0, .shake = 0};
    const auto frame_at = [&](ScrollDirection direction, double phase) {
        ScrollOptions options = still;
        options.direction = direction;
        const Scroll world(noise_world(options), options);
        Image frame = world.make_frame();
        world.draw(phase, frame);
        return frame;
    };
    EXPECT_TRUE(
        same_bytes(frame_at(ScrollDirection::left, 0.25), frame_at(ScrollDirection::right, 0.75)));
    EXPECT_TRUE(
        same_bytes(frame_at(ScrollDirection::up, 0.25), frame_at(ScrollDirection::down, 0.75)));
    EXPECT_FALSE(
        same_bytes(frame_at(ScrollDirection::left, 0.25), frame_at(ScrollDirection::right, 0.25)));
}

TEST(Scroll, TheWorldGoesLeft) {
    const ScrollOptions options{
        .speed = "1,2,46", .tiling = Tiling::none, .shutter_deg = 0, .lighting = 0, .shake = 0};
    ScrollInput input = noise_world(options);
    // Only the farthest plane shows.
    for (std::size_t n = 1; n < 3; ++n)
        input.planes[n] = Image(input.planes[n].size(), SampleType::u8, AlphaKind::premultiplied);
    const Image background = input.planes[0];
    const Scroll world(std::move(input), options);
    EXPECT_EQ(world.motions()[0].periods, 1);
    Image frame = world.make_frame();
    world.draw(0.25, frame);  // a quarter of 160 px
    for (int x = 0; x < 100; ++x)
        ASSERT_EQ(std::memcmp(frame.row<std::uint8_t>(10) + 4 * x,
                              background.row<std::uint8_t>(10) + 4 * (x + 40), 4),
                  0);
}

TEST(Scroll, ChangedSpeedsAreReported) {
    std::vector<std::string> warnings;
    const RunContext run{.on_warning = [&](const std::string& line) { warnings.push_back(line); }};
    // 160 px and mirrored: a period of 320 px in 4 s is 80 px a second, 30.7 of the paper's.
    const ScrollOptions fits{.speed = "30,61,92"};
    (void)Scroll(noise_world(fits), fits, run);
    EXPECT_TRUE(warnings.empty());
    const ScrollOptions slow{.speed = "10,61,92"};
    (void)Scroll(noise_world(slow), slow, run);
    ASSERT_EQ(warnings.size(), 1U);
    EXPECT_THAT(warnings[0], HasSubstr("plane 1 of 3 (from far to near) scrolls +207 %"));
    const ScrollOptions open{.speed = "10,61,92", .no_loop = true};
    const Scroll world(noise_world(open), open, run);
    EXPECT_EQ(warnings.size(), 1U);
    EXPECT_NEAR(world.motions()[0].speed_px, 10 * 30 * 160 / 1840.0, 1e-9);
}

TEST(Scroll, WithoutALoopTheEndDoesNotMeetTheBeginning) {
    const ScrollOptions options{.speed = "10,61,92", .no_loop = true};
    const Scroll world(noise_world(options), options);
    Image first = world.make_frame();
    Image last = first;
    world.draw(0, first);
    world.draw(1, last);
    EXPECT_FALSE(same_bytes(first, last));
}

TEST(Scroll, BadInputIsOneLine) {
    const ScrollOptions options;
    ScrollInput wrong = noise_world(options);
    wrong.frame = {161, 90};
    EXPECT_EQ(error_of([&] { (void)Scroll(wrong, options); }).code(), ErrorCode::mismatch);
    ScrollInput one = noise_world(options);
    one.planes.resize(1);
    EXPECT_EQ(error_of([&] { (void)Scroll(one, options); }).code(), ErrorCode::usage);
    const Scroll world(noise_world(options), options);
    Image other({10, 10}, SampleType::u8, AlphaKind::premultiplied);
    EXPECT_EQ(error_of([&] { world.draw(0, other); }).code(), ErrorCode::mismatch);
}

}  // namespace
}  // namespace diorama
