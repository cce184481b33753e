#include "diorama/planes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <random>

#include "core/thrown_error.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "layers/plane_checks.h"
#include "layers/plane_masks.h"

namespace diorama {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Confidence kSure(Size{100, 1}, 1.0F);

// 0, 1, … 99 in one row.
InverseDepth ramp() {
    InverseDepth depth({100, 1});
    std::iota(depth.values().begin(), depth.values().end(), 0.0F);
    return depth;
}

std::vector<int> populations(const PlaneMap& planes) {
    std::vector<int> counts(planes.planes, 0);
    for (const auto plane : planes.plane) ++counts[plane];
    return counts;
}

// ---- Split: equation 2.

TEST(SplitPlanes, PercentilesPartBackgroundMidgroundAndForeground) {
    const PlaneMap planes = split_planes(ramp(), kSure, {.background_reach = 0});
    EXPECT_EQ(planes.planes, 3);
    // Percentile 5 of 0…99 is 4.95, percentile 53 is 52.47.
    EXPECT_THAT(populations(planes), ElementsAre(5, 48, 47));
    EXPECT_EQ(planes.at(4, 0), 0);
    EXPECT_EQ(planes.at(5, 0), 1);
    EXPECT_EQ(planes.at(52, 0), 1);
    EXPECT_EQ(planes.at(53, 0), 2);
    EXPECT_THAT(planes.nearness, ElementsAre(2, 29, 76));
}

TEST(SplitPlanes, AValueOnAnEdgeBelongsToTheOuterPlane) {
    InverseDepth depth({4, 1});
    depth.values() = {0.2F, 0.3F, 0.6F, 0.7F};
    const PlaneMap planes = split_planes(depth, Confidence({4, 1}, 1.0F), {.edges = "0.2,0.6"});
    EXPECT_THAT(planes.plane, ElementsAre(0, 1, 2, 2));
}

TEST(SplitPlanes, ByEqualPopulation) {
    for (const int count : {2, 4, 5}) {
        const auto counts = populations(split_planes(ramp(), kSure, {.planes = count}));
        ASSERT_EQ(counts.size(), static_cast<std::size_t>(count));
        for (const int population : counts) EXPECT_NEAR(population, 100.0 / count, 1);
    }
}

TEST(SplitPlanes, DoubtfulPixelsJoinTheNearestSurePlane) {
    InverseDepth depth({9, 3}, 0.0F);
    Confidence confidence({9, 3}, 1.0F);
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 9; ++x) {
            depth.at(x, y) = x < 5 ? 0.0F : 1.0F;
            if (x == 3 || x == 4 || x == 5) {
                depth.at(x, y) = 0.5F;  // smeared between near and far
                confidence.at(x, y) = 0.1F;
            }
        }
    const PlaneMap planes = split_planes(depth, confidence, {.edges = "0.25,0.75"});
    for (int y = 0; y < 3; ++y) {
        EXPECT_EQ(planes.at(3, y), 0);
        EXPECT_EQ(planes.at(5, y), 2);
    }
    EXPECT_THAT(populations(planes)[1], testing::Le(3));
}

TEST(SplitPlanes, BadInputIsOneLine) {
    const auto split = [](const InverseDepth& depth, const PlaneOptions& options) {
        return error_of(
            [&] { (void)split_planes(depth, Confidence(depth.size(), 1.0F), options); });
    };
    EXPECT_THAT(split(InverseDepth({8, 8}, 0.5F), {}).what(), HasSubstr("is flat"));
    InverseDepth two({4, 1});
    two.values() = {0, 0, 1, 1};
    EXPECT_EQ(split(two, {.planes = 4}).code(), ErrorCode::unreadable);
    EXPECT_THAT(split(two, {.planes = 4}).what(), HasSubstr("empty; fewer --planes"));
    for (const char* edges : {"0.6,0.2", "0.2,0.2", "0.2,", "near", "0.2;0.6", "nan"})
        EXPECT_EQ(split(ramp(), {.edges = edges}).code(), ErrorCode::usage) << edges;
    EXPECT_THAT(split(ramp(), {.background_percentile = 60}).what(),
                HasSubstr("--background-percentile: must be smaller"));
    EXPECT_EQ(error_of([] {
                  (void)split_planes(ramp(), Confidence({3, 1}, 1.0F));
              }).code(),
              ErrorCode::mismatch);
}

// ---- Background: what no contour parts from it.

Image striped(Size size, int step) {
    Image picture(size, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < 3 * size.width; ++x)
            picture.row<std::uint8_t>(y)[x] = static_cast<std::uint8_t>(x / 3 % 4 < 2 ? 0 : step);
    return picture;
}

TEST(ExtendBackground, TakesWhatTouchesItAndIsLittleNearer) {
    // A sky of 0…0.05 beside ground from 0.5 on, in which a puddle shows the sky's depth.
    InverseDepth depth({100, 1});
    for (int x = 0; x < 100; ++x)
        depth.at(x, 0) = x < 60 ? 0.05F * x / 60 : x == 90 ? 0.04F : 0.5F + 0.005F * x;
    const PlaneMap split = split_planes(depth, kSure);
    EXPECT_EQ(split.at(30, 0), 1);
    const PlaneMap extended = extend_background(split, depth, striped({100, 1}, 200));
    for (int x = 0; x < 60; ++x) EXPECT_EQ(extended.at(x, 0), 0) << x;
    EXPECT_EQ(extended.at(60, 0), 2);
    EXPECT_EQ(extended.at(90, 0), 1);
    const PlaneMap same =
        extend_background(split, depth, striped({100, 1}, 200), {.background_reach = 0});
    EXPECT_EQ(same.plane, split.plane);
}

// A network smears the depth of a thing into the sky round it: a ramp from column 60 to 139, the
// thing itself from 140 on. An even sky is taken up to the thing, a texture is not.
TEST(ExtendBackground, GoesFartherAcrossEvenAreas) {
    InverseDepth depth({200, 100});
    Image sky({200, 100}, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < 100; ++y)
        for (int x = 0; x < 200; ++x) {
            depth.at(x, y) = x < 60 ? 0.0F : x < 140 ? 0.004F * (x - 60) : 1.0F;
            auto* pixel = sky.row<std::uint8_t>(y) + 3 * x;
            std::fill_n(pixel, 3, static_cast<std::uint8_t>(x < 140 ? 200 : 20));
        }
    const Confidence sure(depth.size(), 1.0F);
    const PlaneMap split = split_planes(depth, sure);
    EXPECT_EQ(split.at(90, 50), 1);
    const PlaneMap across_sky = extend_background(split, depth, sky);
    EXPECT_EQ(across_sky.at(130, 50), 0);
    EXPECT_EQ(across_sky.at(145, 50), split.at(145, 50));
    EXPECT_EQ(extend_background(split, depth, striped(depth.size(), 200)).at(130, 50), 2);

    // Flecks of other depth in the sky go with it, what a foreground belongs to does not.
    for (int y = 40; y < 44; ++y) depth.at(30, y) = 0.8F;
    depth.at(30, 20) = 0.1F;
    const PlaneMap flecked = split_planes(depth, sure);
    EXPECT_EQ(flecked.at(30, 20), 1);
    const PlaneMap joined = extend_background(flecked, depth, striped(depth.size(), 200));
    EXPECT_EQ(joined.at(30, 20), 0);
    EXPECT_EQ(joined.at(30, 42), 2);

    const PlaneOptions by_hand{.edges = "0.01,0.5"};
    const PlaneMap kept = split_planes(depth, sure, by_hand);
    EXPECT_EQ(extend_background(kept, depth, sky, by_hand).plane, kept.plane);
}

TEST(ExtendBackground, RefusesAPictureOfAnotherSize) {
    const PlaneMap split = split_planes(ramp(), kSure);
    EXPECT_EQ(error_of([&] {
                  (void)extend_background(split, ramp(), striped({10, 1}, 9));
              }).code(),
              ErrorCode::mismatch);
}

// ---- Scenes of the paper's size, where its lengths are what it says.

constexpr Size kPaper{1840, 1228};

// Sky over hills over a road, as flat colours, with a crack and a hole in the hills.
PlaneMap hills() {
    PlaneMap planes{.size = kPaper, .planes = 3, .nearness = {0, 0.5F, 1}};
    planes.plane.resize(static_cast<std::size_t>(kPaper.area()));
    cv::Mat_<uchar> map(kPaper.height, kPaper.width, planes.plane.data());
    map.setTo(0);
    map.rowRange(400, 1228).setTo(1);
    map.rowRange(900, 1228).setTo(2);
    map(cv::Rect(600, 500, 15, 300)).setTo(0);  // narrower than the closing
    map(cv::Rect(1200, 500, 60, 60)).setTo(0);  // wider
    map(cv::Rect(1500, 950, 10, 10)).setTo(1);  // in the foreground
    return planes;
}

TEST(KeepWhole, ThePlaneThatHasMostOfASubjectGetsAllOfIt) {
    const PlaneMap parted = split_planes(ramp(), kSure, {.background_reach = 0});
    Matte subject({100, 1});
    for (int x = 40; x < 60; ++x) subject.at(x, 0) = 1;  // 13 of midground, 7 of foreground
    const PlaneMap whole = keep_whole(parted, subject);
    for (int x = 0; x < 100; ++x)
        EXPECT_EQ(whole.at(x, 0), x >= 40 && x < 60 ? 1 : parted.at(x, 0)) << x;
    EXPECT_THROW((void)keep_whole(parted, Matte({2, 2})), Error);
}

// A subject of foreground and midground stands at the foreground's border; between its feet a piece
// of midground is cut off.
TEST(KeepWhole, WhatASubjectCutsOffJoinsWhatIsAroundIt) {
    PlaneMap planes{.size = {100, 60}, .planes = 2, .nearness = {0, 1}};
    planes.plane.assign(6000, 0);
    std::fill(planes.plane.begin() + 100 * 40, planes.plane.end(), std::uint8_t{1});
    for (int x = 45; x < 55; ++x) planes.plane[100 * 40 + x] = 0;
    Matte subject({100, 60});
    for (int y = 30; y < 60; ++y)
        for (int x = 40; x < 60; ++x) subject.at(x, y) = y == 40 && x > 44 && x < 55 ? 0.0F : 1.0F;
    const PlaneMap whole = keep_whole(planes, subject);
    EXPECT_EQ(whole.at(50, 40), 1);
    EXPECT_EQ(whole.at(50, 35), 1);
    EXPECT_EQ(whole.at(50, 20), 0);
    EXPECT_EQ(whole.at(10, 20), 0);
}

TEST(KeepWhole, SubjectsThatDoNotTouchStayApart) {
    const PlaneMap parted = split_planes(ramp(), kSure, {.background_reach = 0});
    Matte subjects({100, 1});
    for (int x = 40; x < 60; ++x) subjects.at(x, 0) = 1;  // 13 of midground, 7 of foreground
    for (int x = 2; x < 7; ++x) subjects.at(x, 0) = 1;    // 3 of background, 2 of midground
    const PlaneMap whole = keep_pieces_whole(parted, subjects);
    for (int x = 0; x < 100; ++x) {
        const int expected = x >= 40 && x < 60 ? 1 : x >= 2 && x < 7 ? 0 : parted.at(x, 0);
        EXPECT_EQ(whole.at(x, 0), expected) << x;
    }
    EXPECT_EQ(keep_pieces_whole(parted, Matte({100, 1})).plane, parted.plane);
    EXPECT_THROW((void)keep_pieces_whole(parted, Matte({2, 2})), Error);
}

TEST(ClosePlanes, ClosesWhatIsSmallerThanTheElementAndKeepsTheNearerPlane) {
    const PlaneMap closed = close_planes(hills());
    EXPECT_EQ(closed.at(607, 650), 1);
    EXPECT_EQ(closed.at(1230, 530), 0);
    EXPECT_EQ(closed.at(1505, 955), 2);
    EXPECT_EQ(closed.at(100, 399), 0);
    EXPECT_EQ(closed.at(100, 400), 1);
    EXPECT_EQ(closed.at(100, 900), 2);
}

TEST(ClosePlanes, TheElementScalesWithThePicture) {
    EXPECT_DOUBLE_EQ(paper_scale(kPaper), 1);
    EXPECT_DOUBLE_EQ(paper_scale({920, 614}), 0.5);
    PlaneMap half{.size = {920, 614}, .planes = 2, .nearness = {0, 1}};
    half.plane.assign(920 * 614, 1);
    for (int y = 100; y < 500; ++y) {
        for (int x = 300; x < 308; ++x) half.plane[y * 920 + x] = 0;
        for (int x = 600; x < 615; ++x) half.plane[y * 920 + x] = 0;
    }
    const PlaneMap closed = close_planes(half);
    EXPECT_EQ(closed.at(304, 300), 1);
    EXPECT_EQ(closed.at(607, 300), 0);
}

// ---- Alignment: a border of the depth is off by some pixels from that of the picture.

Image paint(Size size, const std::function<cv::Vec3b(int x, int y)>& colour) {
    Image picture(size, SampleType::u8, AlphaKind::none);
    cv::Mat_<cv::Vec3b> pixels = as_mat(picture);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) pixels(y, x) = colour(x, y);
    return picture;
}

TEST(AlignPlanes, BordersMoveToTheContourWithinTheMargin) {
    const auto horizon = [](int x) { return 420 + 15 * std::sin(x / 90.0); };
    const Image picture = paint(kPaper, [&](int x, int y) {
        return y < horizon(x) ? cv::Vec3b(120, 170, 230) : cv::Vec3b(60, 90, 40);
    });
    PlaneMap planes{.size = kPaper, .planes = 2, .nearness = {0, 1}};
    planes.plane.assign(static_cast<std::size_t>(kPaper.area()), 0);
    std::fill(planes.plane.begin() + 400 * kPaper.width, planes.plane.end(), 1);

    const PlaneMap aligned = align_planes(planes, picture);
    for (int x = 100; x < 1740; x += 60) {
        EXPECT_EQ(aligned.at(x, static_cast<int>(horizon(x)) - 4), 0) << x;
        EXPECT_EQ(aligned.at(x, static_cast<int>(horizon(x)) + 4), 1) << x;
    }
}

TEST(AlignPlanes, ABorderThatCannotBeAlignedStaysWithAWarning) {
    PlaneMap planes{.size = {64, 48}, .planes = 3, .nearness = {0, 0.5F, 1}};
    planes.plane.assign(64 * 48, 1);  // plane 2 is nowhere
    planes.plane[0] = 0;
    std::vector<std::string> warnings;
    const RunContext run{.on_warning = [&](const std::string& line) { warnings.push_back(line); }};
    const Image grey = paint({64, 48}, [](int, int) { return cv::Vec3b(9, 9, 9); });
    const PlaneMap aligned = align_planes(planes, grey, run);
    EXPECT_EQ(aligned.plane, planes.plane);
    ASSERT_FALSE(warnings.empty());
    EXPECT_THAT(warnings.back(), HasSubstr("plane 3 of 3"));
}

TEST(AlignPlanes, ThinPartsSurviveAWideMargin) {
    const auto is_pole = [](int x) { return x >= 900 && x < 912; };
    const Image picture = paint(kPaper, [&](int x, int y) {
        return y >= 800 || is_pole(x) ? cv::Vec3b(40, 40, 40) : cv::Vec3b(200, 210, 230);
    });
    PlaneMap planes{.size = kPaper, .planes = 2, .nearness = {0, 1}};
    planes.plane.resize(static_cast<std::size_t>(kPaper.area()));
    for (int y = 0; y < kPaper.height; ++y)
        for (int x = 0; x < kPaper.width; ++x)
            planes.plane[static_cast<std::size_t>(y) * kPaper.width + x] =
                y >= 800 || (y > 100 && is_pole(x));
    const PlaneMap aligned = align_planes(planes, picture);
    int kept = 0;
    for (int y = 150; y < 700; ++y) kept += aligned.at(906, y) == 1;
    EXPECT_GT(kept, 500);
}

// ---- Layers.

constexpr Size kSmall{240, 160};

PlaneMap two_planes() {
    PlaneMap planes{.size = kSmall, .planes = 3, .nearness = {0, 0.5F, 1}};
    for (int y = 0; y < kSmall.height; ++y)
        for (int x = 0; x < kSmall.width; ++x) {
            const bool near = x >= 100 && x < 140 && y >= 60;
            planes.plane.push_back(near ? 2 : y >= 80 ? 1 : 0);
        }
    return planes;
}

// Blue sky, green hills, a red post.
Image two_plane_picture() {
    return paint(kSmall, [](int x, int y) {
        if (x >= 100 && x < 140 && y >= 60) return cv::Vec3b(220, 30, 30);
        return y >= 80 ? cv::Vec3b(30, 160, 30) : cv::Vec3b(40, 60, 220);
    });
}

TEST(CutPlanes, EachPlaneHoldsNothingOfTheOthers) {
    const Image picture = two_plane_picture();
    const auto layers = cut_planes(picture, two_planes(), PlaneSupport::on, Directions::both,
                                   Filler({.fill = "smooth"}));
    ASSERT_EQ(layers.size(), 3U);
    for (const Image& layer : layers) {
        EXPECT_EQ(layer.size(), kSmall);
        EXPECT_EQ(layer.alpha(), AlphaKind::premultiplied);
    }
    const auto pixel = [&](int layer, int x, int y) {
        return layers[layer].row<std::uint8_t>(y) + 4 * x;
    };
    for (int y = 0; y < kSmall.height; ++y)
        for (int x = 0; x < kSmall.width; ++x) {
            EXPECT_EQ(pixel(0, x, y)[3], 255);
            // The background is sky all over, the hills show no post, the post is red to its rim.
            ASSERT_GT(pixel(0, x, y)[2], pixel(0, x, y)[0] + 80) << x << "," << y;
            ASSERT_GT(pixel(0, x, y)[2], pixel(0, x, y)[1] + 80) << x << "," << y;
            ASSERT_GE(pixel(1, x, y)[1], pixel(1, x, y)[0]) << x << "," << y;
            ASSERT_GE(pixel(1, x, y)[1], pixel(1, x, y)[2]) << x << "," << y;
            ASSERT_GE(pixel(2, x, y)[0], pixel(2, x, y)[1]) << x << "," << y;
            ASSERT_GE(pixel(2, x, y)[0], pixel(2, x, y)[2]) << x << "," << y;
        }
    EXPECT_EQ(pixel(1, 120, 120)[3], 255);  // the hills go on behind the post
    EXPECT_EQ(pixel(1, 20, 20)[3], 0);
    EXPECT_EQ(pixel(2, 120, 120)[3], 255);
    EXPECT_EQ(pixel(2, 20, 120)[3], 0);
}

// The paper's section III.B.2, in numbers. A post that stands on hills rises into the sky: hills go
// on behind its foot, sky behind its head.
TEST(CutPlanes, SupportDecidesWhetherTheHillsHaveAHole) {
    std::vector<std::uint8_t> foot;
    std::vector<std::uint8_t> head;
    for (int y = 0; y < kSmall.height; ++y)
        for (int x = 0; x < kSmall.width; ++x) {
            const bool post = x >= 105 && x < 135 && y >= 65;
            foot.push_back(post && y >= 85);
            head.push_back(post && y < 75);
        }
    const auto open = [&](PlaneSupport support, const std::vector<std::uint8_t>& where) {
        const auto layers = cut_planes(two_plane_picture(), two_planes(), support, Directions::both,
                                       Filler({.fill = "smooth"}));
        return layers::open_share(layers[1], where);
    };
    EXPECT_EQ(open(PlaneSupport::off, foot), 1);
    EXPECT_EQ(open(PlaneSupport::off, head), 1);
    EXPECT_EQ(open(PlaneSupport::on, foot), 0);
    EXPECT_EQ(open(PlaneSupport::on, head), 1);
    EXPECT_EQ(open(PlaneSupport::whole, foot), 0);
    EXPECT_EQ(open(PlaneSupport::whole, head), 0);  // a slab of hills in the sky
}

// Each plane has a grain of its own, so that a thing that shows twice is found by its grain.
Image grainy_picture(const PlaneMap& planes) {
    std::mt19937 random(11);
    return paint(planes.size, [&](int x, int y) {
        const int grain = static_cast<int>(random() % 60);
        switch (planes.at(x, y)) {
            case 0:
                return cv::Vec3b(40 + grain / 4, 60 + grain / 4, 180 + grain);
            case 1:
                return cv::Vec3b(30 + grain, 120 + grain, 30);
            default:
                return cv::Vec3b(150 + grain, 30 + grain, 30);
        }
    });
}

TEST(CutPlanes, WhatIsFilledShowsNothingOfWhatItHid) {
    const PlaneMap planes = two_planes();
    const Image picture = grainy_picture(planes);
    for (const char* fill : {"extend", "smooth", "patchmatch"}) {
        const auto ghosts =
            layers::find_ghosts(picture, planes,
                                cut_planes(picture, planes, PlaneSupport::on, Directions::both,
                                           Filler({.fill = fill})));
        ASSERT_GE(ghosts.correlations.size(), 2U) << fill;
        for (const double correlation : ghosts.correlations)
            EXPECT_LE(std::abs(correlation), 0.2) << fill;
        EXPECT_LE(ghosts.seen_px, ghosts.hidden_px / 200) << fill;
    }
    // The paper's background keeps the whole photo.
    Image whole(kSmall, SampleType::u8, AlphaKind::premultiplied);
    cv::Mat pixels = as_mat(whole);
    cv::cvtColor(as_mat(picture), pixels, cv::COLOR_RGB2RGBA);
    const auto ghosts = layers::find_ghosts(picture, planes, {whole, whole, whole});
    ASSERT_GE(ghosts.correlations.size(), 2U);
    for (const double correlation : ghosts.correlations) EXPECT_GT(correlation, 0.99);
    EXPECT_EQ(ghosts.seen_px, ghosts.hidden_px);
}

TEST(CutPlanes, FillsWhatMotionCanBringToLight) {
    const Image picture = two_plane_picture();
    const auto cut = [&](Directions motion) {
        return cut_planes(picture, two_planes(), PlaneSupport::on, motion,
                          Filler({.fill = "smooth"}));
    };
    const auto along_rows = cut(Directions::along_rows);
    const auto both = cut(Directions::both);
    const auto pixel = [](const Image& image, int x, int y) {
        const auto* p = image.row<std::uint8_t>(y) + 4 * x;
        return std::vector<int>(p, p + 4);
    };
    // Hills hide the lower rows of the sky from end to end; behind the post it can be seen.
    EXPECT_EQ(pixel(along_rows[0], 120, 150), (std::vector<int>{220, 30, 30, 255}));
    EXPECT_GT(pixel(along_rows[0], 120, 70)[2], 150);
    EXPECT_LT(pixel(along_rows[0], 120, 70)[0], 120);
    EXPECT_LT(pixel(both[0], 120, 150)[0], 120);
    // The hills behind the post come to light in every row.
    for (int y = 90; y < 160; y += 10) EXPECT_LT(pixel(along_rows[1], 120, y)[0], 120) << y;
}

// A few pixels of midground between sky and post cannot make up a whole hillside.
TEST(CutPlanes, ASliverHasNothingBehindNearerPlanes) {
    PlaneMap planes = two_planes();
    for (int y = 0; y < kSmall.height; ++y)
        for (int x = 0; x < kSmall.width; ++x) {
            auto& plane = planes.plane[static_cast<std::size_t>(y) * kSmall.width + x];
            if (plane == 1) plane = x == 99 && y >= 100 && y < 140 ? 1 : 0;
        }
    const auto layers = cut_planes(two_plane_picture(), planes, PlaneSupport::on, Directions::both,
                                   Filler({.fill = "smooth"}));
    EXPECT_EQ(layers[1].row<std::uint8_t>(120)[4 * 120 + 3], 0);
    EXPECT_GT(layers[1].row<std::uint8_t>(120)[4 * 99 + 3], 100);
}

TEST(CutPlanes, TheRimIsSoftAndGoesBeyondTheBorder) {
    PlaneMap planes{.size = kPaper, .planes = 2, .nearness = {0, 1}};
    planes.plane.assign(static_cast<std::size_t>(kPaper.area()), 0);
    std::fill(planes.plane.begin() + 600 * kPaper.width, planes.plane.end(), 1);
    const Image picture = paint(
        kPaper, [](int, int y) { return y < 600 ? cv::Vec3b(0, 0, 200) : cv::Vec3b(0, 200, 0); });
    const auto layers =
        cut_planes(picture, planes, PlaneSupport::on, Directions::both, Filler({.fill = "extend"}));
    const auto alpha = [&](int y) { return layers[1].row<std::uint8_t>(y)[4 * 900 + 3]; };
    // Dilated by 2 px and blurred by a Gaussian that reaches 4 px.
    EXPECT_EQ(alpha(593), 0);
    EXPECT_NEAR(alpha(597) + alpha(598), 255, 3);
    EXPECT_EQ(alpha(602), 255);
    for (int y = 593; y < 602; ++y) EXPECT_LE(alpha(y), alpha(y + 1));
}

// ---- Pictures to look at.

TEST(DrawPlanes, RedIsNearGreenBetweenBlueFar) {
    const Image grey = paint(kSmall, [](int, int) { return cv::Vec3b(100, 100, 100); });
    const Image drawn = draw_planes(grey, two_planes());
    const auto strongest = [&](int x, int y) {
        const auto* p = drawn.row<std::uint8_t>(y) + 3 * x;
        return std::max_element(p, p + 3) - p;
    };
    EXPECT_EQ(strongest(120, 120), 0);
    EXPECT_EQ(strongest(20, 120), 1);
    EXPECT_EQ(strongest(20, 20), 2);
}

TEST(DrawPlanes, BordersAreGreenBeforeAndRedAfter) {
    const Image grey = paint(kSmall, [](int, int) { return cv::Vec3b(100, 100, 100); });
    PlaneMap after = two_planes();
    after.plane.assign(after.plane.size(), 0);
    std::fill(after.plane.begin() + 120 * kSmall.width, after.plane.end(), 1);
    const Image drawn = draw_plane_borders(grey, two_planes(), after);
    const auto* before_pixel = drawn.row<std::uint8_t>(80) + 3 * 20;
    const auto* after_pixel = drawn.row<std::uint8_t>(120) + 3 * 20;
    EXPECT_THAT(std::vector<int>(before_pixel, before_pixel + 3), ElementsAre(0, 255, 0));
    EXPECT_THAT(std::vector<int>(after_pixel, after_pixel + 3), ElementsAre(255, 0, 0));
}

}  // namespace
}  // namespace diorama
