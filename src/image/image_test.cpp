#include <gtest/gtest.h>

#include <cmath>

#include "core/thrown_error.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "image/orientation.h"
#include "image/test_files.h"

namespace diorama {
namespace {

using image::largest_difference;
using image::make_ramp;
using image::pixel_at;

TEST(ImageTest, RefusesSizesBelowOnePixel) {
    for (const Size size : {Size{0, 1}, Size{1, 0}, Size{-5, 5}})
        EXPECT_THROW(Image(size, SampleType::u8, AlphaKind::none), Error);
    EXPECT_EQ(Image({3, 2}, SampleType::u16, AlphaKind::straight).size_bytes(), 3U * 2 * 4 * 2);
}

TEST(ImageTest, AlphaIsNeverAddedByName) {
    Image image({1, 1}, SampleType::u8, AlphaKind::none);
    EXPECT_THROW(image.set_alpha(AlphaKind::straight), Error);
}

TEST(ImageTest, MatrixLooksAtTheSameSamples) {
    Image image({4, 3}, SampleType::u16, AlphaKind::straight);
    as_mat(image).at<cv::Vec<std::uint16_t, 4>>(2, 1)[3] = 777;
    EXPECT_EQ(image.row<std::uint16_t>(2)[7], 777);
    Matte matte({4, 3});
    as_mat(matte)(2, 1) = 0.5F;
    EXPECT_EQ(matte.at(1, 2), 0.5F);
}

TEST(ConvertTest, WidensExactlyAndNarrowsToTheNearest) {
    Image narrow({256, 1}, SampleType::u8, AlphaKind::none);
    for (int i = 0; i < 768; ++i) narrow.row<std::uint8_t>(0)[i] = static_cast<std::uint8_t>(i / 3);
    const Image wide = convert(narrow, SampleType::u16);
    for (int i = 0; i < 768; ++i) EXPECT_EQ(wide.row<std::uint16_t>(0)[i], i / 3 * 257);
    EXPECT_EQ(largest_difference(convert(wide, SampleType::u8), narrow), 0);

    Image all({65536, 1}, SampleType::u16, AlphaKind::none);
    for (int i = 0; i < 65536 * 3; ++i)
        all.row<std::uint16_t>(0)[i] = static_cast<std::uint16_t>(i / 3);
    const Image rounded = convert(all, SampleType::u8);
    for (int v = 0; v < 65536; ++v)
        ASSERT_EQ(*pixel_at<std::uint8_t>(rounded, v, 0), std::lround(v / 257.0)) << v;
}

TEST(AlphaTest, EveryProductOfBytesIsRoundedToTheNearest) {
    Image image({256, 256}, SampleType::u8, AlphaKind::straight);
    for (int a = 0; a < 256; ++a)
        for (int c = 0; c < 256; ++c) {
            std::uint8_t* pixel = pixel_at<std::uint8_t>(image, c, a);
            pixel[0] = pixel[1] = pixel[2] = static_cast<std::uint8_t>(c);
            pixel[3] = static_cast<std::uint8_t>(a);
        }
    const Image times = premultiply(image);
    EXPECT_EQ(times.alpha(), AlphaKind::premultiplied);
    image.set_alpha(AlphaKind::premultiplied);
    const Image over = unpremultiply(image);
    EXPECT_EQ(over.alpha(), AlphaKind::straight);
    for (int a = 0; a < 256; ++a)
        for (int c = 0; c < 256; ++c) {
            ASSERT_EQ(times.row<std::uint8_t>(a)[c * 4 + 1], std::lround(c * a / 255.0));
            const long straight = a == 0 ? 0 : std::min(255L, std::lround(c * 255.0 / a));
            ASSERT_EQ(over.row<std::uint8_t>(a)[c * 4 + 1], straight) << c << ' ' << a;
        }
}

TEST(AlphaTest, SixteenBitsSurviveThereAndBack) {
    const Image image = make_ramp({64, 64}, SampleType::u16, AlphaKind::straight);
    const Image back = unpremultiply(premultiply(image));
    for (int y = 1; y < 64; ++y)
        for (int i = 0; i < 64 * 4; ++i)
            // Thin alpha keeps fewer steps of colour.
            ASSERT_NEAR(back.row<std::uint16_t>(y)[i], image.row<std::uint16_t>(y)[i],
                        64.0 / y + 1);
}

TEST(AlphaTest, OpaqueAndConvertedImagesStayAsTheyAre) {
    const Image plain = make_ramp({8, 8}, SampleType::u8, AlphaKind::none);
    EXPECT_EQ(largest_difference(premultiply(plain), plain), 0);
    const Image done = make_ramp({8, 8}, SampleType::u8, AlphaKind::premultiplied);
    EXPECT_EQ(largest_difference(premultiply(done), done), 0);
}

TEST(ResizeTest, KeepsRampsInEveryDirection) {
    for (const SampleType type : {SampleType::u8, SampleType::u16}) {
        const Image ramp = make_ramp({64, 48}, type, AlphaKind::none);
        for (const Size size : {Size{32, 24}, Size{128, 96}, Size{32, 96}, Size{128, 24}}) {
            const Image other = resize(ramp, size);
            ASSERT_EQ(other.size(), size);
            EXPECT_LT(image::mean_difference(other, make_ramp(size, type, AlphaKind::none)), 2.5);
        }
    }
}

TEST(ResizeTest, AveragesWhenItShrinks) {
    Image board({8, 8}, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x)
            for (int c = 0; c < 3; ++c)
                board.row<std::uint8_t>(y)[x * 3 + c] = (x + y) % 2 == 0 ? 255 : 0;
    const Image grey = resize(board, {2, 2});
    for (int i = 0; i < 6; ++i) EXPECT_NEAR(grey.row<std::uint8_t>(0)[i], 128, 1);
}

TEST(ResizeTest, TransparentColoursDoNotBleed) {
    for (const SampleType type : {SampleType::u8, SampleType::u16}) {
        Image image({64, 4}, SampleType::u8, AlphaKind::straight);
        for (int y = 0; y < 4; ++y)
            for (int x = 0; x < 64; ++x) {
                std::uint8_t* pixel = pixel_at<std::uint8_t>(image, x, y);
                pixel[x < 31 ? 0 : 1] = 255;  // red and opaque, then green and transparent
                pixel[3] = x < 31 ? 255 : 0;
            }
        for (const Size size : {Size{16, 4}, Size{200, 4}, Size{16, 9}}) {
            const Image other = convert(resize(convert(image, type), size), SampleType::u8);
            for (int x = 0; x < size.width; ++x) {
                const std::uint8_t* pixel = pixel_at<std::uint8_t>(other, x, 0);
                if (pixel[3] == 0) continue;
                EXPECT_GE(pixel[0], 254) << x;
                EXPECT_EQ(pixel[1], 0) << x;
            }
        }
    }
}

TEST(OrientationTest, EightOrientationsOfAMap) {
    // The stored corner pixels; the expected map as rows, from EXIF's definition.
    //   0 1 2
    //   3 4 5
    Matte stored({3, 2});
    for (int i = 0; i < 6; ++i) stored.values()[i] = static_cast<float>(i);
    const std::vector<std::vector<float>> expected{
        {0, 1, 2, 3, 4, 5}, {2, 1, 0, 5, 4, 3}, {5, 4, 3, 2, 1, 0}, {3, 4, 5, 0, 1, 2},
        {0, 3, 1, 4, 2, 5}, {3, 0, 4, 1, 5, 2}, {5, 2, 4, 1, 3, 0}, {2, 5, 1, 4, 0, 3}};
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const Matte upright = image::apply_orientation(stored, orientation);
        EXPECT_EQ(upright.values(), expected[orientation - 1]) << orientation;
        EXPECT_EQ(upright.width(), orientation < 5 ? 3 : 2) << orientation;
    }
}

TEST(ColourTest, WordsAndNumbers) {
    EXPECT_EQ(parse_colour("white"), (Colour{255, 255, 255, 255}));
    EXPECT_EQ(parse_colour("Grey"), parse_colour("gray"));
    EXPECT_EQ(parse_colour("green"), (Colour{0, 128, 0, 255}));
    EXPECT_EQ(parse_colour("transparent"), (Colour{0, 0, 0, 0}));
    EXPECT_EQ(parse_colour("#fa0"), (Colour{255, 170, 0, 255}));
    EXPECT_EQ(parse_colour("#12aBcd"), (Colour{0x12, 0xAB, 0xCD, 255}));
    EXPECT_EQ(parse_colour("#12abcd80"), (Colour{0x12, 0xAB, 0xCD, 0x80}));
    for (const char* text : {"", "#", "#12", "#12345", "#gggggg", "#-12345", "blurple", "white "})
        EXPECT_EQ(code_of([&] { (void)parse_colour(text); }), ErrorCode::usage) << text;
}

}  // namespace
}  // namespace diorama
