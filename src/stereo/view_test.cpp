#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "core/thrown_error.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "diorama/stereo.h"
#include "stereo/gaps.h"
#include "stereo/true_pair.h"
#include "stereo/warp.h"

namespace diorama {
namespace {

using testing::HasSubstr;

// Texture that no two places share, in whole codes of T.
template <class T>
Image make_texture(Size size, AlphaKind alpha = AlphaKind::none) {
    Image image(size, sizeof(T) == 1 ? SampleType::u8 : SampleType::u16, alpha);
    std::mt19937 random(3);
    std::uniform_int_distribution<int> codes(0, std::numeric_limits<T>::max());
    for (int y = 0; y < size.height; ++y) {
        T* row = image.row<T>(y);
        for (int i = 0; i < size.width * image.channels(); ++i)
            row[i] = static_cast<T>(codes(random));
        // Premultiplied: no colour is more than its alpha.
        if (alpha == AlphaKind::none) continue;
        for (int x = 0; x < size.width; ++x)
            row[4 * x + 3] = *std::max_element(row + 4 * x, row + 4 * x + 4);
    }
    return image;
}

// A floor that comes nearer, a ball and posts of several widths before it.
Disparity make_scene(Size size) {
    Disparity d(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            d.at(x, y) = -6 + 5.0F * static_cast<float>(y) / static_cast<float>(size.height);
            const float r = std::hypot(static_cast<float>(x - 60), static_cast<float>(y - 40)) / 25;
            if (r < 1) d.at(x, y) = 2 + 4 * std::sqrt(1 - r * r);
            if (x % 50 < 1 + x / 50) d.at(x, y) = 7.3F;
        }
    return d;
}

template <class T>
double share_that_differs(const Image& a, const Image& b) {
    const double limit = std::numeric_limits<T>::max() / 255.0;
    int differ = 0, samples = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int i = 0; i < a.width() * a.channels(); ++i, ++samples)
            differ += std::abs(a.row<T>(y)[i] - b.row<T>(y)[i]) > limit ? 1 : 0;
    return static_cast<double>(differ) / samples;
}

template <class T>
void compare_with_reference(AlphaKind alpha) {
    const Size size{.width = 211, .height = 90};
    const Image picture = make_texture<T>(size, alpha);
    const Disparity d = make_scene(size);
    for (const double share : {1.0, 0.5, -0.37, -1.0}) {
        const auto fast = stereo::warp_surfaces(picture, d, share, {});
        const auto plain = stereo::warp_surfaces_reference(picture, d, share, {});
        EXPECT_LE(share_that_differs<T>(fast.picture, plain.picture), 0.001) << share;
        double off = 0;
        for (std::size_t i = 0; i < d.values().size(); ++i)
            off += std::abs(fast.nearness.values()[i] - plain.nearness.values()[i]) > 0.01F ? 1 : 0;
        EXPECT_LE(off / static_cast<double>(d.values().size()), 0.001) << share;
    }
}

TEST(View, IsWhatTheReferenceMakes) {
    compare_with_reference<std::uint8_t>(AlphaKind::none);
    compare_with_reference<std::uint8_t>(AlphaKind::premultiplied);
    compare_with_reference<std::uint16_t>(AlphaKind::none);
    compare_with_reference<std::uint16_t>(AlphaKind::premultiplied);
}

TEST(View, MovesAFlatPictureExactly) {
    const Size size{.width = 97, .height = 5};
    const Image picture = make_texture<std::uint16_t>(size);
    const View view = make_view(picture, Disparity(size, 7), 1, nullptr);
    for (int y = 0; y < size.height; ++y)
        EXPECT_TRUE(std::equal(view.picture.row<std::uint16_t>(y),
                               view.picture.row<std::uint16_t>(y) + 3 * (size.width - 7),
                               picture.row<std::uint16_t>(y) + 3 * 7));
    EXPECT_EQ(view.hole.at(size.width - 8, 0), 0);
    EXPECT_EQ(view.hole.at(size.width - 7, 0), 1);
}

TEST(View, MovesByPartsOfAPixel) {
    const Size size{.width = 60, .height = 3};
    const Image picture = make_texture<std::uint8_t>(size);
    const View view = make_view(picture, Disparity(size, -2.5F), 0.5, nullptr);
    // 1.25 pixels to the right.
    for (int i = 3 * 2; i < 3 * size.width; ++i) {
        const std::uint8_t* from = picture.row<std::uint8_t>(1) + i;
        const double expected = 0.75 * from[-3] + 0.25 * from[-6];
        EXPECT_NEAR(view.picture.row<std::uint8_t>(1)[i], expected, 0.6) << i;
    }
}

TEST(View, LeavesTheEyeWithoutAShareAsItIs) {
    const Size size{.width = 211, .height = 90};
    const Image picture = make_texture<std::uint8_t>(size, AlphaKind::straight);
    const Disparity d = make_scene(size);
    const auto same = [&](const Image& image) {
        return image.alpha() == picture.alpha() &&
               std::equal(image.data(), image.data() + image.size_bytes(), picture.data());
    };
    EXPECT_TRUE(same(make_stereo_pair(picture, d, nullptr).left));
    EXPECT_FALSE(same(make_stereo_pair(picture, d, nullptr).right));
    const StereoOptions to_the_left{.eyes = Eyes::both, .balance = 0};
    EXPECT_TRUE(same(make_stereo_pair(picture, d, nullptr, to_the_left).right));
}

// A red block of disparity 8 before green of disparity 0, each textured in its own channel.
struct Block {
    Image picture = make_texture<std::uint8_t>({.width = 120, .height = 40});
    Disparity disparity{Size{.width = 120, .height = 40}};
    Block() {
        for (int y = 0; y < 40; ++y)
            for (int x = 0; x < 120; ++x) {
                const bool near = x >= 50 && x < 70 && y >= 10 && y < 30;
                std::uint8_t* pixel = picture.row<std::uint8_t>(y) + 3 * x;
                const auto code = static_cast<std::uint8_t>(200 + pixel[0] % 40);
                pixel[0] = near ? code : 0;
                pixel[1] = near ? 0 : code;
                pixel[2] = 0;
                disparity.at(x, y) = near ? 8 : 0;
            }
    }
};

TEST(View, HidesWhatIsFartherAndShowsNothingNearInAGap) {
    const Block block;
    const Filler extend({.fill = "extend"});
    for (const Filler* filler : {static_cast<const Filler*>(nullptr), &extend})
        for (const double share : {1.0, -1.0}) {
            const View view = make_view(block.picture, block.disparity, share, filler);
            const int shift = share > 0 ? -8 : 8;
            for (int x = 0; x < 120; ++x) {
                const std::uint8_t* pixel = view.picture.row<std::uint8_t>(20) + 3 * x;
                const bool near = x >= 50 + shift && x < 70 + shift;
                EXPECT_EQ(pixel[0] > 0, near) << x;
                EXPECT_EQ(pixel[1] > 0, !near) << x;
            }
            const int uncovered = share > 0 ? 62 : 50;
            for (int x = uncovered; x < uncovered + 8; ++x) EXPECT_EQ(view.hole.at(x, 20), 1) << x;
            EXPECT_EQ(std::count(view.hole.row(20), view.hole.row(20) + 120, 1.0F), 8);
            EXPECT_TRUE(std::isnan(view.disparity.at(uncovered, 20)));
            EXPECT_EQ(view.disparity.at(60 + shift, 20), 8);
        }
}

// A red block, a strip of green wall, a blue post nearer than the block, and green wall again. The
// post comes to stand between the block and the strip; what opens there still shows the wall.
TEST(View, FillsFromTheSurfaceThatAStepUncovers) {
    const Size size{.width = 120, .height = 3};
    Image picture(size, SampleType::u8, AlphaKind::none);
    Disparity disparity(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const int thing = x >= 40 && x < 60 ? 0 : x >= 64 && x < 70 ? 2 : 1;
            picture.row<std::uint8_t>(y)[3 * x + thing] = 200;
            disparity.at(x, y) = thing == 0 ? 8.0F : thing == 2 ? 10.0F : 0.0F;
        }
    const View view = make_view(picture, disparity, 1, nullptr);
    const std::uint8_t* row = view.picture.row<std::uint8_t>(1);
    EXPECT_EQ(row[3 * 51], 200);      // the block's last
    EXPECT_EQ(row[3 * 54 + 2], 200);  // the post's first
    for (const int x : {52, 53}) {
        EXPECT_EQ(view.hole.at(x, 1), 1) << x;
        EXPECT_EQ(row[3 * x + 1], 200) << x;
    }
}

TEST(View, GoesOnAsAMirrorBeyondTheBorder) {
    const Size size{.width = 50, .height = 3};
    const Image picture = make_texture<std::uint8_t>(size);
    for (const float d : {-6.0F, 6.0F}) {
        const View view = make_view(picture, Disparity(size, d), 1, nullptr);
        for (int k = 0; k < 6; ++k)
            for (int c = 0; c < 3; ++c) {
                const int at = d < 0 ? 5 - k : 44 + k;
                const int from = d < 0 ? 6 + k : 43 - k;
                EXPECT_EQ(view.hole.at(at, 1), 1) << at;
                EXPECT_EQ(view.picture.row<std::uint8_t>(1)[3 * at + c],
                          view.picture.row<std::uint8_t>(1)[3 * from + c])
                    << at;
            }
    }
}

TEST(View, KeepsAWireOfOnePixel) {
    const Size size{.width = 80, .height = 4};
    Image picture(size, SampleType::u8, AlphaKind::none);
    Disparity d(size, -3);
    for (int y = 0; y < size.height; ++y) {
        picture.row<std::uint8_t>(y)[3 * 40] = 200;
        d.at(40, y) = 5;
    }
    const View view = make_view(picture, d, 1, nullptr);
    EXPECT_EQ(view.picture.row<std::uint8_t>(2)[3 * 35], 200);
    EXPECT_EQ(view.picture.row<std::uint8_t>(2)[3 * 34], 0);
    EXPECT_EQ(view.picture.row<std::uint8_t>(2)[3 * 36], 0);
}

// A white disc on black, smooth as a camera sees it, and as it should be seen half a pixel away.
TEST(View, IsSmoothAtOutlines) {
    const Size size{.width = 80, .height = 80};
    const auto coverage = [](int x, int y, double centre_x) {
        return std::clamp(25.5 - std::hypot(x - centre_x, y - 40.0), 0.0, 1.0);
    };
    Image picture(size, SampleType::u8, AlphaKind::none);
    Disparity d(size);
    for (int y = 0; y < 80; ++y)
        for (int x = 0; x < 80; ++x) {
            const double cover = coverage(x, y, 45);
            std::fill_n(picture.row<std::uint8_t>(y) + 3 * x, 3,
                        static_cast<std::uint8_t>(std::lround(255 * cover)));
            d.at(x, y) = cover > 0.5 ? 9.5F : 0.0F;
        }
    const View view = make_view(picture, d, 1, nullptr);
    // Where the outline lies along the row, a row does not tell.
    double error = 0;
    for (int y = 25; y < 55; ++y)
        for (int x = 0; x < 80; ++x)
            error = std::max(error, std::abs(view.picture.row<std::uint8_t>(y)[3 * x] -
                                             255 * coverage(x, y, 35.5)));
    EXPECT_LE(error, 255 * 0.3);
}

TEST(View, OfPicturesOfOneRowOrColumn) {
    for (const Size size : {Size{1, 1}, Size{1, 30}, Size{30, 1}}) {
        const Image picture = make_texture<std::uint8_t>(size);
        const View view = make_view(picture, Disparity(size, 0.5F), 1, nullptr);
        EXPECT_EQ(view.picture.size(), size);
    }
}

TEST(View, DoesNotDependOnThreads) {
    const Size size{.width = 211, .height = 90};
    const Image picture = make_texture<std::uint8_t>(size);
    const Disparity d = make_scene(size);
    const View one = make_view(picture, d, 1, nullptr, {.threads = 1});
    const View four = make_view(picture, d, 1, nullptr, {.threads = 4});
    EXPECT_TRUE(std::equal(one.picture.data(), one.picture.data() + one.picture.size_bytes(),
                           four.picture.data()));
}

TEST(View, FloatsTheWindowToWhatItsEdgesCut) {
    const Size size{.width = 40, .height = 2};
    const Image white = [&] {
        Image image(size, SampleType::u8, AlphaKind::none);
        std::fill_n(image.data(), image.size_bytes(), std::uint8_t{255});
        return image;
    }();
    const EdgeCuts cuts{.left = {.px = 2.2, .rows = 1}, .right = {.px = 1, .rows = 1}};
    Image left = white, right = white;
    float_left_edge(left, cuts);
    float_right_edge(right, cuts);
    EXPECT_EQ(left.row<std::uint8_t>(1)[3 * 2], 0);
    EXPECT_EQ(left.row<std::uint8_t>(1)[3 * 3], 255);
    EXPECT_EQ(left.row<std::uint8_t>(1)[3 * 39], 255);
    EXPECT_EQ(right.row<std::uint8_t>(1)[3 * 39], 0);
    EXPECT_EQ(right.row<std::uint8_t>(1)[3 * 38], 255);
}

TEST(View, RefusesWhatMakesNoSense) {
    const Size size{.width = 20, .height = 4};
    const Image picture = make_texture<std::uint8_t>(size);
    const auto fails = [&](const Disparity& d, double share, ErrorCode code, const char* line) {
        const Error error = error_of([&] { (void)make_view(picture, d, share, nullptr); });
        EXPECT_EQ(error.code(), code);
        EXPECT_THAT(error.what(), HasSubstr(line));
    };
    fails(Disparity({.width = 21, .height = 4}), 1, ErrorCode::mismatch, "21×4");
    fails(Disparity(size, std::numeric_limits<float>::infinity()), 1, ErrorCode::unreadable,
          "pixel (0, 0)");
    fails(Disparity(size, -20), 1, ErrorCode::usage, "width is 20");
    fails(Disparity(size), 1.5, ErrorCode::usage, "1.5");
}

// A step that is smeared and lies beside the colours' edge, and a slope as steep.
TEST(SnapEdges, PutsStepsOnColoursAndLeavesSlopes) {
    const Size size{.width = 960, .height = 60};
    Image picture(size, SampleType::u8, AlphaKind::none);
    Disparity d(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            std::fill_n(picture.row<std::uint8_t>(y) + 3 * x, 3,
                        static_cast<std::uint8_t>(x < 200 ? 220 : 30));
            const auto smeared = static_cast<float>(std::clamp(x - 198, 0, 2)) / 2;
            d.at(x, y) = x < 400 ? 8 - 10 * smeared : -2 + 0.5F * static_cast<float>(x - 400);
        }
    const Disparity snapped = snap_edges(d, picture);
    for (int x = 190; x < 200; ++x) EXPECT_NEAR(snapped.at(x, 30), 8, 0.5) << x;
    // Beyond the edge a pixel or two may belong to its softness.
    for (int x = 203; x < 210; ++x) EXPECT_NEAR(snapped.at(x, 30), -2, 0.5) << x;
    for (int x = 420; x < 940; ++x) EXPECT_EQ(snapped.at(x, 30), d.at(x, 30)) << x;
}

// A post whose edges depth knows to the pixel, while colours change beside them; and the same depth
// as a network has it.
TEST(PlaceEdges, LeavesSharpDepthAndSnapsSmearedDepth) {
    const Size size{.width = 640, .height = 60};
    Image picture(size, SampleType::u8, AlphaKind::none);
    Disparity sharp(size), smeared(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            std::fill_n(picture.row<std::uint8_t>(y) + 3 * x, 3,
                        static_cast<std::uint8_t>(x < 302 ? 220 : 30));
            sharp.at(x, y) = x < 300 ? 8 : -2;
            smeared.at(x, y) = 8 - 2.5F * static_cast<float>(std::clamp(x - 298, 0, 4));
        }
    const auto place = [&](const Disparity& d, DepthEdges edges) {
        return place_edges(d, picture, edges).values();
    };
    EXPECT_EQ(place(sharp, DepthEdges::automatic), sharp.values());
    EXPECT_NE(place(sharp, DepthEdges::snap), sharp.values());
    EXPECT_EQ(place(smeared, DepthEdges::automatic), snap_edges(smeared, picture).values());
    EXPECT_EQ(place(smeared, DepthEdges::keep), smeared.values());
}

// A ball before a wall that looks much like it, with noise, and depth as a network has it.
struct NoisyFrame {
    Image picture{};
    Disparity disparity{};
};
NoisyFrame make_noisy_frame(float ball_x, std::mt19937& random) {
    const Size size{.width = 480, .height = 200};
    NoisyFrame frame{Image(size, SampleType::u8, AlphaKind::none), Disparity(size)};
    std::normal_distribution<float> noise(0, 3), wobble(0, 0.1F);
    std::mt19937 texture(1);
    std::uniform_real_distribution<float> mottle(-30, 30);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const float r = std::hypot(static_cast<float>(x) - ball_x, static_cast<float>(y) - 100);
            const float colour = (r < 60 ? 110.0F : 140.0F) + mottle(texture);
            for (int c = 0; c < 3; ++c)
                frame.picture.row<std::uint8_t>(y)[3 * x + c] =
                    static_cast<std::uint8_t>(std::lround(colour + noise(random)));
            frame.disparity.at(x, y) =
                -2 + 8 * std::clamp((64 - r) / 8, 0.0F, 1.0F) + wobble(random);
        }
    return frame;
}

TEST(SteadyEdges, HoldsWhatNoiseAloneWouldChange) {
    std::mt19937 random(7);
    SteadyEdges edges;
    Disparity held, alone;
    int held_flips = 0, alone_flips = 0;
    for (int n = 0; n < 6; ++n) {
        const NoisyFrame frame = make_noisy_frame(240, random);
        const Disparity next_held = edges.place(frame.disparity, frame.picture, DepthEdges::snap);
        const Disparity next_alone = snap_edges(frame.disparity, frame.picture);
        for (std::size_t i = 0; n > 0 && i < held.values().size(); ++i) {
            held_flips += std::abs(next_held.values()[i] - held.values()[i]) > 3 ? 1 : 0;
            alone_flips += std::abs(next_alone.values()[i] - alone.values()[i]) > 3 ? 1 : 0;
        }
        held = next_held;
        alone = next_alone;
    }
    EXPECT_GT(alone_flips, 100);
    EXPECT_LT(held_flips, alone_flips / 10);
}

TEST(SteadyEdges, LeaveNothingBehindWhatMoves) {
    std::mt19937 random(7);
    SteadyEdges edges;
    const NoisyFrame before = make_noisy_frame(200, random), after = make_noisy_frame(280, random);
    (void)edges.place(before.disparity, before.picture, DepthEdges::snap);
    const Disparity moved = edges.place(after.disparity, after.picture, DepthEdges::snap);
    for (int y = 40; y < 160; ++y)
        for (int x = 100; x < 190; ++x) EXPECT_LT(moved.at(x, y), 0) << x << ", " << y;
}

// A blue ball before a grey wall, with a golden ring round it that the depth knows nothing of, and
// far from both a golden post on the wall.
TEST(SnapEdges, TakesAlongWhatTouchesTheNearerSideAndIsUnlikeTheFarther) {
    const Size size{.width = 640, .height = 400};
    Image picture(size, SampleType::u8, AlphaKind::none);
    Disparity d(size, -2);
    std::mt19937 random(5);
    std::uniform_int_distribution<int> noise(-6, 6);
    const auto from_centre = [](int x, int y) { return std::hypot(x - 300.0, y - 200.0); };
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const double r = from_centre(x, y);
            const bool golden = (r >= 100 && r < 105) || (x >= 500 && x < 505);
            const std::array<int, 3> colour = golden    ? std::array{200, 160, 40}
                                              : r < 100 ? std::array{60, 90, 160}
                                                        : std::array{150, 150, 150};
            for (int c = 0; c < 3; ++c)
                picture.row<std::uint8_t>(y)[3 * x + c] =
                    static_cast<std::uint8_t>(colour[static_cast<std::size_t>(c)] + noise(random));
            if (r < 100) d.at(x, y) = 8;
        }
    const Disparity snapped = snap_edges(d, picture);
    int torn = 0, ring = 0;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const double r = from_centre(x, y);
            if (r < 105) {
                ++ring;
                torn += snapped.at(x, y) < 7 ? 1 : 0;
            }
            if (r > 109) {
                EXPECT_EQ(snapped.at(x, y), -2) << x << ", " << y;
            }
        }
    EXPECT_LE(torn, ring / 1000);
}

TEST(SnapEdges, DoesNotDependOnThreads) {
    const Size size{.width = 640, .height = 90};
    const Image picture = make_texture<std::uint8_t>(size);
    const Disparity d = make_scene(size);
    EXPECT_EQ(snap_edges(d, picture, {.threads = 1}).values(),
              snap_edges(d, picture, {.threads = 4}).values());
}

// Measures, and is not to be tuned on. What is unknown in the truth is as far as its surroundings.
TEST(View, OfConesIsCloseToTheRealOne) {
    if (!stereo::testing::has_cones()) GTEST_SKIP() << "the development material is missing";
    stereo::testing::TruePair cones = stereo::testing::read_cones();
    Disparity& d = cones.left_disparity;
    float widest = 0;
    for (int y = 0; y < d.height(); ++y) {
        stereo::take_farther_side(d.row(y), d.width());
        widest = std::max(widest, *std::max_element(d.row(y), d.row(y) + d.width()));
    }
    const View view = make_view(cones.left, d, 1, nullptr);
    const int width = d.width() - static_cast<int>(std::ceil(widest));
    double squares = 0;
    for (int y = 0; y < d.height(); ++y)
        for (int i = 0; i < 3 * width; ++i)
            squares += std::pow(
                view.picture.row<std::uint8_t>(y)[i] - cones.right.row<std::uint8_t>(y)[i], 2);
    EXPECT_GE(10 * std::log10(255 * 255 * 3.0 * width * d.height() / squares), 27.0);
}

}  // namespace
}  // namespace diorama
