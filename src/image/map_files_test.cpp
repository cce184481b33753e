#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "image/test_files.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;
using image::error_of;
using image::write_with_oiio;

class MapFilesTest : public image::FolderTest {};

InverseDepth make_depth(Size size, float low, float high) {
    InverseDepth depth(size);
    std::mt19937 random(7);
    std::uniform_real_distribution<float> value(low, high);
    for (float& v : depth.values()) v = value(random);
    depth.values().front() = low;
    depth.values().back() = high;
    depth.scale = 0.1234567F;
    depth.offset = -3.75e-5F;
    return depth;
}

TEST_F(MapFilesTest, DepthPngComesBackWithinOneStepOfItsSpan) {
    for (const auto& [low, high] :
         {std::pair{0.0F, 1.0F}, {-0.3F, 1.8F}, {1e-4F, 2e-4F}, {-900.0F, 12'345.0F}}) {
        const InverseDepth depth = make_depth({53, 37}, low, high);
        write_inverse_depth(folder / "d.png", depth);
        const InverseDepth back = read_inverse_depth(folder / "d.png");
        ASSERT_EQ(back.size(), depth.size());
        EXPECT_EQ(back.scale, depth.scale);
        EXPECT_EQ(back.offset, depth.offset);
        for (std::size_t i = 0; i < depth.values().size(); ++i)
            ASSERT_NEAR(back.values()[i], depth.values()[i], (high - low) / 65535 * 0.51);
    }
}

TEST_F(MapFilesTest, DepthPngIsSixteenBitGreyAndBrightIsNear) {
    write_inverse_depth(folder / "d.png", make_depth({9, 9}, -2, 5));
    const Image picture = read_picture(folder / "d.png");
    EXPECT_EQ(picture.sample_type(), SampleType::u16);
    EXPECT_EQ(picture.row<std::uint16_t>(0)[0], 0);
    EXPECT_EQ(*image::pixel_at<std::uint16_t>(picture, 8, 8), 65535);
}

TEST_F(MapFilesTest, DepthExrIsExact) {
    const InverseDepth depth = make_depth({53, 37}, -0.7F, 3.3F);
    write_inverse_depth(folder / "d.exr", depth);
    const InverseDepth back = read_inverse_depth(folder / "d.exr");
    EXPECT_EQ(back.values(), depth.values());
    EXPECT_EQ(back.scale, depth.scale);
    EXPECT_EQ(back.offset, depth.offset);
}

TEST_F(MapFilesTest, ConstantDepthSurvives) {
    for (const char* name : {"d.png", "d.exr"}) {
        write_inverse_depth(folder / name, InverseDepth({4, 4}, 0.25F));
        EXPECT_EQ(read_inverse_depth(folder / name).values(), std::vector<float>(16, 0.25F));
    }
}

TEST_F(MapFilesTest, AnyPictureIsDepth) {
    image::save(folder / "a.png", image::make_png({2, 1}, 8, 0, {51, 255}));
    InverseDepth depth = read_inverse_depth(folder / "a.png");
    EXPECT_NEAR(depth.at(0, 0), 0.2F, 1e-6F);
    EXPECT_EQ(depth.at(1, 0), 1.0F);
    EXPECT_EQ(depth.scale, 1.0F);
    EXPECT_EQ(depth.offset, 0.0F);
    image::save(folder / "a.png", image::make_png({1, 1}, 8, 2, {255, 0, 0}));
    EXPECT_NEAR(read_inverse_depth(folder / "a.png").at(0, 0), 0.2126F, 1e-5F);
    // Numbers are numbers: no profile touches them.
    write_with_oiio(
        folder / "a.tif",
        {.channels = {"Y"}, .values = {0.2F}, .bits = 16, .profile = image::grey_profile(1.0)});
    EXPECT_NEAR(read_inverse_depth(folder / "a.tif").at(0, 0), 0.2F, 1e-4F);
}

TEST_F(MapFilesTest, DepthIsTurnedWithItsPicture) {
    write_with_oiio(folder / "a.tif", {.width = 2,
                                       .channels = {"Y"},
                                       .values = {0, 1},
                                       .bits = 32,
                                       .numbers = {{"Orientation", 6}}});
    const InverseDepth depth = read_inverse_depth(folder / "a.tif");
    EXPECT_EQ(depth.size(), (Size{1, 2}));
    EXPECT_EQ(depth.at(0, 1), 1.0F);
}

TEST_F(MapFilesTest, ExrChannelsAreChosenByName) {
    const fs::path file = folder / "a.exr";
    write_with_oiio(file, {.channels = {"R", "G", "B", "Z"}, .values = {1, 2, 3, 4}, .bits = 32});
    EXPECT_EQ(read_inverse_depth(file).at(0, 0), 4.0F);
    write_with_oiio(file, {.channels = {"R", "G", "B"}, .values = {1, 2, 3}, .bits = 32});
    EXPECT_EQ(read_inverse_depth(file).at(0, 0), 1.0F);
    write_with_oiio(
        file,
        {.channels = {"V.Depth.Z", "V.Normal.X", "V.Normal.Z"}, .values = {5, 6, 7}, .bits = 32});
    EXPECT_EQ(read_inverse_depth(file).at(0, 0), 5.0F);
    write_with_oiio(file, {.channels = {"disparity"}, .values = {8}, .bits = 32});
    EXPECT_EQ(read_inverse_depth(file).at(0, 0), 8.0F);
}

TEST_F(MapFilesTest, NanAndInfiniteDepthIsAnError) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const float bad : {nan, std::numeric_limits<float>::infinity()}) {
        const fs::path file = folder / "a.exr";
        write_with_oiio(file, {.width = 2, .channels = {"Y"}, .values = {0.5F, bad}, .bits = 32});
        EXPECT_EQ(error_of(file, [&] { (void)read_inverse_depth(file); }), ErrorCode::unreadable);
        EXPECT_EQ(error_of(file, [&] { (void)read_matte(file); }), ErrorCode::unreadable);
        for (const char* name : {"b.png", "b.exr"})
            EXPECT_EQ(error_of(folder / name,
                               [&] {
                                   write_inverse_depth(folder / name, InverseDepth({2, 2}, bad));
                               }),
                      ErrorCode::unwritable);
    }
}

TEST_F(MapFilesTest, DepthIsWrittenInFormatsThatCanHoldIt) {
    for (const char* name : {"d.jpg", "d.webp", "d.bmp", "d.txt"})
        EXPECT_EQ(error_of(folder / name,
                           [&] {
                               write_inverse_depth(folder / name, InverseDepth({2, 2}));
                           }),
                  ErrorCode::unsupported);
}

TEST_F(MapFilesTest, MattesComeBack) {
    Matte matte({16, 16});
    for (int i = 0; i < 256; ++i) matte.values()[i] = static_cast<float>(i) / 255;
    for (const char* name : {"m.png", "m.tif", "m.bmp", "m.exr"}) {
        write_matte(folder / name, matte);
        const Matte back = read_matte(folder / name);
        for (int i = 0; i < 256; ++i)
            ASSERT_NEAR(back.values()[i], matte.values()[i], 1e-6F) << name << i;
    }
    for (const char* name : {"m.jpg", "m.webp"}) {
        write_matte(folder / name, matte);
        for (int i = 0; i < 256; ++i)
            ASSERT_NEAR(read_matte(folder / name).values()[i], matte.values()[i], 0.04F) << name;
    }
    Confidence sure({2, 2}, 1.7F);
    write_confidence(folder / "c.png", sure);
    EXPECT_EQ(read_picture(folder / "c.png").row<std::uint8_t>(0)[0], 255);
}

TEST_F(MapFilesTest, AlphaIsTheMatteUnlessItIsOpaque) {
    image::save(folder / "a.png", image::make_png({2, 1}, 8, 4, {10, 0, 10, 51}));
    EXPECT_EQ(read_matte(folder / "a.png").at(0, 0), 0.0F);
    EXPECT_NEAR(read_matte(folder / "a.png").at(1, 0), 0.2F, 1e-6F);
    image::save(folder / "a.png", image::make_png({2, 1}, 8, 4, {0, 255, 51, 255}));
    EXPECT_NEAR(read_matte(folder / "a.png").at(1, 0), 0.2F, 1e-6F);
    // 16-bit grey with alpha.
    image::save(folder / "a.png", image::make_png({1, 1}, 16, 4, {0x80, 0x00, 0x33, 0x33}));
    EXPECT_NEAR(read_matte(folder / "a.png").at(0, 0), 0.2F, 1e-6F);
}

}  // namespace
}  // namespace diorama
