#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <string>

#include "image/test_files.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;
using image::error_of;
using image::largest_difference;
using image::make_ramp;
using image::mean_difference;

class WritePictureTest : public image::FolderTest {};

constexpr Size kSize{61, 43};

TEST_F(WritePictureTest, PngAndTiffKeepEverySample) {
    for (const char* name : {"a.png", "a.tif", "a.TIFF"})
        for (const SampleType type : {SampleType::u8, SampleType::u16})
            for (const AlphaKind alpha : {AlphaKind::none, AlphaKind::straight}) {
                const Image ramp = make_ramp(kSize, type, alpha);
                write_picture(folder / name, ramp);
                EXPECT_EQ(largest_difference(read_picture(folder / name), ramp), 0) << name;
            }
}

TEST_F(WritePictureTest, BmpKeepsEveryByte) {
    const Image ramp = make_ramp(kSize, SampleType::u8, AlphaKind::none);
    write_picture(folder / "a.bmp", ramp);
    EXPECT_EQ(largest_difference(read_picture(folder / "a.bmp"), ramp), 0);
    write_picture(folder / "a.bmp", make_ramp(kSize, SampleType::u16, AlphaKind::none));
    EXPECT_EQ(largest_difference(read_picture(folder / "a.bmp"), ramp), 0);
}

TEST_F(WritePictureTest, JpegAndWebpAreClose) {
    for (const char* name : {"a.jpg", "a.webp"})
        for (const SampleType type : {SampleType::u8, SampleType::u16}) {
            write_picture(folder / name, make_ramp(kSize, type, AlphaKind::none));
            EXPECT_LT(mean_difference(read_picture(folder / name),
                                      make_ramp(kSize, SampleType::u8, AlphaKind::none)),
                      2)
                << name;
        }
}

TEST_F(WritePictureTest, QualityTradesSizeForLikeness) {
    const Image ramp = make_ramp({300, 200}, SampleType::u8, AlphaKind::none);
    for (const char* name : {"a.jpg", "a.webp"}) {
        write_picture(folder / name, ramp, 30);
        const auto small = fs::file_size(folder / name);
        write_picture(folder / name, ramp, 100);
        EXPECT_GT(fs::file_size(folder / name), small) << name;
    }
    EXPECT_THROW(write_picture(folder / "a.jpg", ramp, 0), Error);
    EXPECT_THROW(write_picture(folder / "a.jpg", ramp, 101), Error);
}

TEST_F(WritePictureTest, WebpKeepsStraightAlpha) {
    const Image ramp = make_ramp(kSize, SampleType::u8, AlphaKind::straight);
    write_picture(folder / "a.webp", ramp, 100);
    const Image back = read_picture(folder / "a.webp");
    ASSERT_EQ(back.alpha(), AlphaKind::straight);
    for (int y = 0; y < kSize.height; ++y)
        for (int x = 0; x < kSize.width; ++x)
            ASSERT_EQ(back.row<std::uint8_t>(y)[x * 4 + 3], ramp.row<std::uint8_t>(y)[x * 4 + 3]);
    // The colours of transparent pixels are free to change; where alpha is seen they are close.
    EXPECT_LT(mean_difference(premultiply(back), premultiply(ramp)), 3);
}

TEST_F(WritePictureTest, ExrKeepsEverySampleOfBothDepths) {
    for (const AlphaKind alpha : {AlphaKind::none, AlphaKind::straight})
        for (const SampleType type : {SampleType::u8, SampleType::u16}) {
            const Image ramp = make_ramp(kSize, type, alpha);
            write_picture(folder / "a.exr", ramp);
            const Image back = read_picture(folder / "a.exr");
            EXPECT_EQ(back.sample_type(), SampleType::u16);
            // Colours of fully transparent pixels are lost: row 0 of the ramp.
            for (int y = 1; y < kSize.height; ++y)
                for (int i = 0; i < kSize.width * ramp.channels(); ++i) {
                    if (type == SampleType::u16)
                        ASSERT_NEAR(back.row<std::uint16_t>(y)[i], ramp.row<std::uint16_t>(y)[i],
                                    1);
                    else
                        ASSERT_EQ((back.row<std::uint16_t>(y)[i] + 128) / 257,
                                  ramp.row<std::uint8_t>(y)[i]);
                }
        }
}

TEST_F(WritePictureTest, PremultipliedIsStoredStraight) {
    const Image straight = make_ramp(kSize, SampleType::u16, AlphaKind::straight);
    for (const char* name : {"a.png", "a.tif"}) {
        write_picture(folder / name, premultiply(straight));
        EXPECT_EQ(
            largest_difference(read_picture(folder / name), unpremultiply(premultiply(straight))),
            0)
            << name;
    }
}

TEST_F(WritePictureTest, FormatsWithoutAlphaShowItOverBlack) {
    Image image({32, 32}, SampleType::u8, AlphaKind::straight);
    for (int y = 0; y < 32; ++y)
        for (int x = 0; x < 32; ++x) {
            std::uint8_t* pixel = image::pixel_at<std::uint8_t>(image, x, y);
            pixel[0] = 200, pixel[1] = 100, pixel[2] = 50, pixel[3] = 102;
        }
    for (const Image& one : {image, premultiply(image)})
        for (const char* name : {"a.jpg", "a.bmp"}) {
            write_picture(folder / name, one);
            const Image back = read_picture(folder / name);
            EXPECT_EQ(back.alpha(), AlphaKind::none);
            EXPECT_NEAR(back.row<std::uint8_t>(16)[48], 80, 2);
            EXPECT_NEAR(back.row<std::uint8_t>(16)[49], 40, 2);
            EXPECT_NEAR(back.row<std::uint8_t>(16)[50], 20, 2);
        }
}

TEST_F(WritePictureTest, SaysWhatIsWrongWithTheTarget) {
    const Image ramp = make_ramp({8, 8}, SampleType::u8, AlphaKind::none);
    for (const char* name : {"a.heic", "a.gif", "a.txt", "a"})
        EXPECT_EQ(error_of(folder / name, [&] { write_picture(folder / name, ramp); }),
                  ErrorCode::unsupported);
    EXPECT_EQ(
        error_of(folder / "no" / "a.png", [&] { write_picture(folder / "no" / "a.png", ramp); }),
        ErrorCode::unwritable);
    fs::create_directory(folder / "b.png");
    EXPECT_EQ(error_of(folder / "b.png", [&] { write_picture(folder / "b.png", ramp); }),
              ErrorCode::unwritable);
    // WebP holds at most 16383 pixels a side.
    const fs::path wide = folder / "a.webp";
    EXPECT_EQ(error_of(wide,
                       [&] {
                           write_picture(wide, Image({17000, 1}, SampleType::u8, AlphaKind::none));
                       }),
              ErrorCode::unwritable);
    EXPECT_FALSE(fs::exists(wide));
    EXPECT_THROW(write_picture(folder / "a.png", Image()), Error);
}

// A limit on file sizes makes writes fail as a full disk does.
TEST_F(WritePictureTest, FailedWritesLeaveTheOldFile) {
    const Image small = make_ramp({8, 8}, SampleType::u8, AlphaKind::none);
    const Image large = resize(make_ramp({9, 7}, SampleType::u16, AlphaKind::none), {400, 300});
    write_picture(folder / "a.png", small);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit tight{.rlim_cur = 1000, .rlim_max = before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    const fs::path png = folder / "a.png";
    const fs::path ora = folder / "a.ora";
    EXPECT_EQ(error_of(png, [&] { write_picture(png, large); }), ErrorCode::unwritable);
    EXPECT_EQ(error_of(ora, [&] { write_openraster(ora, {{.image = large}}, large); }),
              ErrorCode::unwritable);
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);
    EXPECT_EQ(largest_difference(read_picture(png), small), 0);
    EXPECT_FALSE(fs::exists(ora));
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace diorama
