#include "diorama/inspect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>

#include "diorama/error.h"
#include "diorama/stereo_format.h"

namespace diorama {
namespace {

using Colour = std::array<int, 3>;

Colour at(const Image& picture, int x, int y) {
    const std::uint8_t* pixel = picture.row<std::uint8_t>(y) + 3 * x;
    return {pixel[0], pixel[1], pixel[2]};
}

Image grey(Size size) {
    Image picture(size, SampleType::u8, AlphaKind::none);
    std::fill_n(picture.data(), picture.size_bytes(), std::uint8_t{128});
    return picture;
}

// From -2 % of the width at the left to +2 % at the right.
Disparity slope(Size size) {
    Disparity map(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            map.at(x, y) = 0.04F * (static_cast<float>(x) - 0.5F * static_cast<float>(size.width));
    return map;
}

TEST(MeasureDisparity, IsInPercentOfTheWidth) {
    const DisparityMeasures measures = measure_disparity(slope({400, 10}));
    EXPECT_NEAR(measures.least_percent, -2, 0.02);
    EXPECT_NEAR(measures.far_percent, -1.92, 0.02);
    EXPECT_NEAR(measures.median_percent, 0, 0.02);
    EXPECT_NEAR(measures.near_percent, 1.92, 0.02);
    EXPECT_NEAR(measures.most_percent, 2, 0.02);
    EXPECT_NEAR(measures.share_in_front, 0.5, 0.01);
    EXPECT_EQ(measures.cuts.left.px, 0);
    EXPECT_GT(measures.cuts.right.px, 7);
    EXPECT_NEAR(measures.cuts.right.rows, 1, 1e-9);
}

TEST(MeasureDisparity, RefusesNothingAndWhatIsNoNumber) {
    EXPECT_THROW((void)measure_disparity({}), Error);
    EXPECT_THROW(
        (void)measure_disparity(Disparity({2, 2}, std::numeric_limits<float>::quiet_NaN())), Error);
}

TEST(ScreenPlane, TintsBothSidesAndMarksTheScreenAndWhatIsCut) {
    const Size size{400, 40};
    const Image plane = draw_screen_plane(grey(size), slope(size));
    const Colour behind = at(plane, 60, 20);
    const Colour in_front = at(plane, 340, 20);
    EXPECT_GT(behind[2], behind[0]);
    EXPECT_GT(in_front[0], in_front[2]);
    int white = 0;
    for (int x = 195; x < 205; ++x) white += at(plane, x, 20) == Colour{255, 255, 255};
    EXPECT_GE(white, 1);
    EXPECT_EQ(at(plane, 399, 20), (Colour{255, 0, 0}));
    EXPECT_NE(at(plane, 0, 20), (Colour{255, 0, 0}));
}

TEST(ScreenPlane, LeavesAFlatPictureOnTheScreenAsItIs) {
    const Image picture = grey({30, 20});
    const Image plane = draw_screen_plane(picture, Disparity({30, 20}));
    EXPECT_TRUE(std::equal(plane.data(), plane.data() + plane.size_bytes(), picture.data()));
    EXPECT_THROW((void)draw_screen_plane(picture, Disparity({31, 20})), Error);
}

// Two disparities are two bars, orange in front of the screen and blue behind it.
TEST(DisparityHistogram, HasABarForEachDisparity) {
    Disparity map({100, 10}, -2);
    for (int y = 0; y < 10; ++y) std::fill_n(map.row(y), 50, 1.0F);
    const Image sheet = draw_disparity_histogram(map, {600, 200});
    int orange = 0, blue = 0, last_blue = 0, first_orange = 600;
    for (int x = 0; x < 600; ++x) {
        const Colour colour = at(sheet, x, 150);
        if (colour == Colour{255, 128, 0}) ++orange, first_orange = std::min(first_orange, x);
        if (colour == Colour{0, 96, 255}) ++blue, last_blue = x;
    }
    EXPECT_GE(orange, 2);
    EXPECT_GE(blue, 2);
    EXPECT_LT(orange + blue, 20);
    EXPECT_LT(last_blue, first_orange);
    EXPECT_THROW((void)draw_disparity_histogram(map, {100, 50}), Error);
}

TEST(Inspection, HasAnAnswerForEverySize) {
    for (const Size size : {Size{1, 1}, Size{400, 1}, Size{1, 300}, Size{640, 360}}) {
        const Image view = grey(size);
        const Image sheet = draw_inspection(view, view, Disparity(size));
        EXPECT_GE(sheet.width(), 240);
        EXPECT_GT(sheet.height(), size.height);
    }
}

TEST(SplitViews, GivesBackWhatWasPacked) {
    Image left = grey({31, 20});
    Image right = grey({31, 20});
    left.row<std::uint8_t>(3)[3] = 7;
    right.row<std::uint8_t>(4)[6] = 9;
    const auto equal = [](const Image& a, const Image& b) {
        return a.size() == b.size() && std::equal(a.data(), a.data() + a.size_bytes(), b.data());
    };
    for (const StereoFormat format : {StereoFormat::sbs, StereoFormat::cross, StereoFormat::tb}) {
        const SplitViews views = split_views(pack_views(left, right, format), format);
        EXPECT_TRUE(equal(views.left, left));
        EXPECT_TRUE(equal(views.right, right));
    }
    EXPECT_EQ(split_views(grey({21, 20}), StereoFormat::half_sbs).right.size(), (Size{10, 20}));
    EXPECT_THROW((void)split_views(left, StereoFormat::rows), Error);
    EXPECT_THROW((void)split_views(grey({1, 20}), StereoFormat::sbs), Error);
}

}  // namespace
}  // namespace diorama
