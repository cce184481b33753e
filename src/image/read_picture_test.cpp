#include <gtest/gtest.h>
#include <libheif/heif.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <fstream>
#include <string>

#include "image/test_files.h"

namespace diorama {
namespace {

namespace fs = std::filesystem;
using image::Bytes;
using image::error_of;
using image::load;
using image::make_png;
using image::make_png_header;
using image::make_ramp;
using image::OiioPicture;
using image::save;
using image::shared_file;
using image::write_with_oiio;

class ReadPictureTest : public image::FolderTest {};

std::vector<int> samples_of(const Image& image) {
    std::vector<int> samples;
    for (int y = 0; y < image.height(); ++y)
        for (int i = 0; i < image.width() * image.channels(); ++i)
            samples.push_back(image.sample_type() == SampleType::u8
                                  ? image.row<std::uint8_t>(y)[i]
                                  : image.row<std::uint16_t>(y)[i]);
    return samples;
}

void expect_near(const std::vector<int>& samples, const std::vector<int>& expected, int within) {
    ASSERT_EQ(samples.size(), expected.size());
    for (std::size_t i = 0; i < samples.size(); ++i)
        EXPECT_NEAR(samples[i], expected[i], within) << i;
}

// --- content, not names

TEST_F(ReadPictureTest, ContentCountsAndNotTheName) {
    const Image ramp = make_ramp({40, 30}, SampleType::u8, AlphaKind::none);
    for (const char* ending : {".png", ".jpg", ".webp", ".tif", ".exr", ".bmp"}) {
        write_picture(folder / (std::string("a") + ending), ramp);
        const fs::path renamed =
            folder / (std::string("b") + (ending == std::string(".png") ? ".jpg" : ".png"));
        fs::copy_file(folder / (std::string("a") + ending), renamed,
                      fs::copy_options::overwrite_existing);
        EXPECT_LT(image::mean_difference(convert(read_picture(renamed), SampleType::u8), ramp), 2)
            << ending;
    }
}

TEST_F(ReadPictureTest, NamesTheFormat) {
    const Image ramp = make_ramp({40, 30}, SampleType::u8, AlphaKind::none);
    for (const auto& [ending, format] : std::map<std::string, std::string>{{".png", "png"},
                                                                           {".jpg", "jpeg"},
                                                                           {".webp", "webp"},
                                                                           {".tif", "tiff"},
                                                                           {".exr", "exr"},
                                                                           {".bmp", "bmp"}}) {
        write_picture(folder / ("a" + ending), ramp);
        const PictureInfo info = inspect_picture(folder / ("a" + ending));
        EXPECT_EQ(info.format, format);
        EXPECT_EQ(info.size, ramp.size());
        EXPECT_EQ(info.frames, 1);
    }
}

// --- bad input

TEST_F(ReadPictureTest, SaysWhatIsWrongWithTheFile) {
    const auto read_error = [&](const fs::path& file) {
        return error_of(file, [&] { (void)read_picture(file); });
    };
    EXPECT_EQ(read_error(folder / "missing.png"), ErrorCode::not_found);
    EXPECT_EQ(read_error(folder), ErrorCode::unreadable);
    save(folder / "empty.png", "");
    EXPECT_EQ(read_error(folder / "empty.png"), ErrorCode::unreadable);
    save(folder / "text.jpg", "This is no picture at all.\nIt only has its name.\n");
    EXPECT_EQ(read_error(folder / "text.jpg"), ErrorCode::unreadable);
    save(folder / "text.txt", "This is no picture at all.\n");
    EXPECT_EQ(read_error(folder / "text.txt"), ErrorCode::unsupported);
    save(folder / "tiny.jpg", "\xFF\xD8\xFF");
    EXPECT_EQ(read_error(folder / "tiny.jpg"), ErrorCode::unreadable);
    EXPECT_EQ(read_error("/dev/null"), ErrorCode::unreadable);
}

TEST_F(ReadPictureTest, PicturesCutShortAreErrors) {
    const Image ramp = resize(make_ramp({9, 7}, SampleType::u8, AlphaKind::none), {300, 200});
    for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif", "a.exr", "a.bmp"}) {
        write_picture(folder / name, ramp);
        const Bytes whole = load(folder / name);
        EXPECT_NO_THROW((void)read_picture(folder / name)) << name;
        for (const double part : {0.02, 0.3, 0.6, 0.9, 0.98}) {
            const auto size = static_cast<std::size_t>(part * static_cast<double>(whole.size()));
            save(folder / name, std::span(whole).first(size));
            EXPECT_EQ(error_of(folder / name, [&] { (void)read_picture(folder / name); }),
                      ErrorCode::unreadable)
                << name << " at " << part;
        }
    }
}

TEST_F(ReadPictureTest, JpegWithALostMiddleIsAnError) {
    write_picture(folder / "a.jpg",
                  resize(make_ramp({9, 7}, SampleType::u8, AlphaKind::none), {300, 200}));
    Bytes bytes = load(folder / "a.jpg");
    bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2), bytes.end() - 2);
    save(folder / "a.jpg", bytes);
    EXPECT_EQ(error_of(folder / "a.jpg", [&] { (void)read_picture(folder / "a.jpg"); }),
              ErrorCode::unreadable);
}

TEST_F(ReadPictureTest, BytesAfterTheEndAreIgnored) {
    const Image ramp = make_ramp({30, 20}, SampleType::u8, AlphaKind::none);
    for (const char* name : {"a.png", "a.jpg", "a.webp", "a.bmp"}) {
        write_picture(folder / name, ramp);
        Bytes bytes = load(folder / name);
        bytes.insert(bytes.end(), 1000, 0x5A);
        save(folder / name, bytes);
        EXPECT_EQ(read_picture(folder / name).size(), ramp.size()) << name;
    }
}

TEST_F(ReadPictureTest, OnePixelIsAPicture) {
    for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif", "a.exr", "a.bmp"}) {
        write_picture(folder / name, Image({1, 1}, SampleType::u8, AlphaKind::none));
        EXPECT_EQ(read_picture(folder / name).size(), (Size{1, 1})) << name;
    }
}

// --- limits

TEST_F(ReadPictureTest, HugeSizesFailByTheHeaderAlone) {
    const auto start = std::chrono::steady_clock::now();
    save(folder / "a.png", make_png_header({60000, 60000}));
    // BMP and GIF headers of 60000 × 60000.
    Bytes bmp(54);
    bmp[0] = 'B', bmp[1] = 'M', bmp[10] = 54, bmp[14] = 40, bmp[26] = 1, bmp[28] = 24;
    bmp[18] = bmp[22] = 0x60, bmp[19] = bmp[23] = 0xEA;
    save(folder / "a.bmp", bmp);
    save(folder / "a.gif", std::string("GIF89a\x60\xEA\x60\xEA\0\0\0", 13));
    // A JPEG's frame header: progressive, so that decoding would need all coefficients at once.
    save(folder / "a.jpg",
         std::string("\xFF\xD8\xFF\xC2\0\x11\x08\xEA\x60\xEA\x60\3\1\x22\0\2\x11\0\3\x11\0", 21) +
             std::string("\xFF\xDA\0\x0C\3\1\0\2\0\3\0\0\0\0", 14));
    for (const char* name : {"a.png", "a.bmp", "a.gif", "a.jpg"}) {
        const fs::path file = folder / name;
        EXPECT_EQ(error_of(file, [&] { (void)read_picture(file); }), ErrorCode::too_large) << name;
        EXPECT_EQ(error_of(file, [&] { (void)inspect_picture(file); }), ErrorCode::too_large);
        EXPECT_EQ(error_of(file, [&] { (void)read_matte(file); }), ErrorCode::too_large);
        EXPECT_EQ(error_of(file, [&] { (void)read_inverse_depth(file); }), ErrorCode::too_large);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST_F(ReadPictureTest, LimitHoldsForEveryFormat) {
    const Image ramp = make_ramp({40, 30}, SampleType::u8, AlphaKind::none);
    for (const char* name : {"a.png", "a.jpg", "a.webp", "a.tif", "a.exr", "a.bmp"}) {
        const fs::path file = folder / name;
        write_picture(file, ramp);
        EXPECT_EQ(error_of(file, [&] { (void)read_picture(file, {.max_pixels = 1199}); }),
                  ErrorCode::too_large);
        EXPECT_EQ(read_picture(file, {.max_pixels = 1200}).size(), ramp.size());
    }
}

// --- kinds of pixels

TEST_F(ReadPictureTest, PngOfEveryColourType) {
    const fs::path file = folder / "a.png";
    const std::vector<image::PngChunk> palette{{"PLTE", {10, 20, 30, 40, 50, 60, 70, 80, 90}}};

    save(file, make_png({4, 1}, 1, 0, {0b10100000}));
    EXPECT_EQ(samples_of(read_picture(file)),
              (std::vector<int>{255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0, 0}));

    save(file, make_png({3, 1}, 2, 3, {0b00011000}, palette));
    EXPECT_EQ(samples_of(read_picture(file)),
              (std::vector<int>{10, 20, 30, 40, 50, 60, 70, 80, 90}));

    auto transparent = palette;
    transparent.push_back({"tRNS", {255, 128, 0}});
    save(file, make_png({3, 1}, 8, 3, {0, 1, 2}, transparent));
    EXPECT_EQ(samples_of(read_picture(file)),
              (std::vector<int>{10, 20, 30, 255, 40, 50, 60, 128, 70, 80, 90, 0}));

    save(file, make_png({2, 1}, 8, 0, {7, 200}));
    EXPECT_EQ(samples_of(read_picture(file)), (std::vector<int>{7, 7, 7, 200, 200, 200}));

    save(file, make_png({1, 1}, 8, 4, {99, 3}));
    EXPECT_EQ(samples_of(read_picture(file)), (std::vector<int>{99, 99, 99, 3}));

    save(file, make_png({1, 2}, 16, 4, {0x12, 0x34, 0x00, 0x02, 0xFF, 0xFF, 0x80, 0x00}));
    const Image wide = read_picture(file);
    EXPECT_EQ(wide.sample_type(), SampleType::u16);
    EXPECT_EQ(wide.alpha(), AlphaKind::straight);
    EXPECT_EQ(samples_of(wide),
              (std::vector<int>{0x1234, 0x1234, 0x1234, 2, 65535, 65535, 65535, 0x8000}));

    save(file, make_png({1, 1}, 16, 2, {0, 1, 0, 2, 0xFF, 0xFE}));
    EXPECT_EQ(samples_of(read_picture(file)), (std::vector<int>{1, 2, 0xFFFE}));
}

TEST_F(ReadPictureTest, TiffOfOtherKinds) {
    const fs::path file = folder / "a.tif";
    write_with_oiio(file, {.width = 2, .channels = {"Y"}, .values = {0.2F, 1}, .bits = 16});
    EXPECT_EQ(samples_of(read_picture(file)),
              (std::vector<int>{13107, 13107, 13107, 65535, 65535, 65535}));

    // Premultiplied by its tag: half-transparent orange.
    write_with_oiio(file, {.channels = {"R", "G", "B", "A"}, .values = {0.4F, 0.2F, 0, 0.4F}});
    EXPECT_EQ(samples_of(read_picture(file)), (std::vector<int>{255, 128, 0, 102}));

    write_with_oiio(file, {.channels = {"R", "G", "B", "A"},
                           .values = {0.4F, 0.2F, 0, 0.4F},
                           .numbers = {{"oiio:UnassociatedAlpha", 1}}});
    EXPECT_EQ(samples_of(read_picture(file)), (std::vector<int>{102, 51, 0, 102}));

    // Floats are light.
    write_with_oiio(file, {.values = {0.2140F, 2, -1}, .bits = 32});
    expect_near(samples_of(read_picture(file)), {32768, 65535, 0}, 40);
}

TEST_F(ReadPictureTest, ExrIsLightAndPremultiplied) {
    const fs::path file = folder / "a.exr";
    write_with_oiio(
        file, {.channels = {"R", "G", "B", "A"}, .values = {0.107F, 0.5F, 0, 0.5F}, .bits = 32});
    const Image image = read_picture(file);
    EXPECT_EQ(image.sample_type(), SampleType::u16);
    expect_near(samples_of(image), {32768, 65535, 0, 32768}, 40);

    write_with_oiio(file, {.channels = {"Y"}, .values = {0.214F}, .bits = 32});
    expect_near(samples_of(read_picture(file)), {32768, 32768, 32768}, 40);

    // A renderer's layers: the colours, not the normals that come first by the alphabet.
    write_with_oiio(file, {.channels = {"Layer.Aux.X", "Layer.Combined.A", "Layer.Combined.B",
                                        "Layer.Combined.G", "Layer.Combined.R", "Layer.Depth.Z"},
                           .values = {0.9F, 1, 0.0F, 1.0F, 0.214F, 7},
                           .bits = 32});
    expect_near(samples_of(read_picture(file)), {32768, 65535, 0, 65535}, 40);

    const float nan = std::numeric_limits<float>::quiet_NaN();
    write_with_oiio(file, {.values = {nan, 1, std::numeric_limits<float>::infinity()}, .bits = 32});
    EXPECT_EQ(samples_of(read_picture(file)), (std::vector<int>{0, 65535, 65535}));
}

TEST_F(ReadPictureTest, BmpWithZerosForAlphaIsOpaque) {
    const fs::path file = folder / "a.bmp";
    Bytes bmp(54 + 8);
    bmp[0] = 'B', bmp[1] = 'M', bmp[2] = 62, bmp[10] = 54, bmp[14] = 40;
    bmp[18] = 2, bmp[22] = 1, bmp[26] = 1, bmp[28] = 32;
    const std::array<std::uint8_t, 8> bgrx{30, 20, 10, 0, 60, 50, 40, 0};
    std::copy(bgrx.begin(), bgrx.end(), bmp.begin() + 54);
    save(file, bmp);
    EXPECT_EQ(samples_of(read_picture(file)), (std::vector<int>{10, 20, 30, 40, 50, 60}));
}

// --- animations

TEST_F(ReadPictureTest, AnimatedGifGivesItsFirstFrame) {
    const fs::path file = folder / "a.gif";
    // 1×1, a table of two colours; two frames, the second of the other colour.
    std::string gif("GIF89a\1\0\1\0\x80\0\0", 13);
    gif += std::string("\xC8\x64\x32\x0A\x14\x1E", 6);
    for (const char pixel : {'\x44', '\x4C'}) {
        gif += std::string("\x21\xF9\4\0\x0A\0\0\0", 8);
        gif += std::string("\x2C\0\0\0\0\1\0\1\0\0", 10);
        gif += std::string("\2\2", 2) + pixel + std::string("\1\0", 2);
    }
    save(file, gif + ";");
    EXPECT_EQ(inspect_picture(file).frames, 2);
    EXPECT_EQ(inspect_picture(file).format, "gif");
    EXPECT_EQ(samples_of(read_picture(file)), (std::vector<int>{200, 100, 50}));
}

TEST_F(ReadPictureTest, CountsTheFramesOfAnApng) {
    save(folder / "a.png", make_png({1, 1}, 8, 0, {5}, {{"acTL", {0, 0, 0, 7, 0, 0, 0, 0}}}));
    EXPECT_EQ(inspect_picture(folder / "a.png").frames, 7);
    EXPECT_EQ(samples_of(read_picture(folder / "a.png")), (std::vector<int>{5, 5, 5}));
}

// --- orientation

// A picture with a red corner at the top left once it is upright.
TEST_F(ReadPictureTest, OrientationIsAppliedOnce) {
    // Where the upright picture's top left pixel is stored, by orientation: right?, bottom?
    const std::array<std::array<bool, 2>, 8> corners{{{false, false},
                                                      {true, false},
                                                      {true, true},
                                                      {false, true},
                                                      {false, false},
                                                      {false, true},
                                                      {true, true},
                                                      {true, false}}};
    for (const char* name : {"a.jpg", "a.tif"})
        for (int orientation = 1; orientation <= 8; ++orientation) {
            constexpr std::size_t kWidth = 64;
            constexpr std::size_t kHeight = 32;
            OiioPicture picture{.width = kWidth,
                                .height = kHeight,
                                .values = std::vector<float>(kWidth * kHeight * 3, 0.0F),
                                .numbers = {{"Orientation", orientation}}};
            const auto [right, bottom] = corners[orientation - 1];
            for (int y = 0; y < 16; ++y)
                for (int x = 0; x < 16; ++x)
                    picture.values[((y + (bottom ? kHeight - 16 : 0)) * kWidth + x +
                                    (right ? kWidth - 16 : 0)) *
                                   3] = 1.0F;
            write_with_oiio(folder / name, picture);
            const Image upright = read_picture(folder / name);
            const Size expected = orientation < 5 ? Size{kWidth, kHeight} : Size{kHeight, kWidth};
            EXPECT_EQ(upright.size(), expected) << name << orientation;
            EXPECT_EQ(inspect_picture(folder / name).size, expected) << name << orientation;
            EXPECT_GT(*image::pixel_at<std::uint8_t>(upright, 4, 4), 230) << name << orientation;
            EXPECT_LT(*image::pixel_at<std::uint8_t>(upright, expected.width - 5, 4), 25)
                << name << orientation;
            EXPECT_LT(*image::pixel_at<std::uint8_t>(upright, 4, expected.height - 5), 25)
                << name << orientation;
        }
}

TEST_F(ReadPictureTest, OrientationInWebp) {
    const Size size{20, 10};
    write_picture(folder / "a.webp", make_ramp(size, SampleType::u8, AlphaKind::none));
    const Bytes webp = load(folder / "a.webp");
    // A TIFF directory of one entry: tag 0x112, a short, 6.
    const Bytes exif{'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3,
                     0,   1,   0,  0, 0, 6, 0, 0, 0, 0, 0,    0,    0};
    Bytes marked{'E', 'x', 'i', 'f', 0, 0};
    marked.insert(marked.end(), exif.begin(), exif.end());
    for (const Bytes& block : {exif, marked}) {
        save(folder / "b.webp", image::add_webp_chunk(webp, size, "EXIF", block));
        EXPECT_EQ(read_picture(folder / "b.webp").size(), (Size{10, 20}));
    }
}

TEST_F(ReadPictureTest, RealPhotosOfEveryOrientationAreTheSamePicture) {
    if (shared_file("data/orientation").empty())
        GTEST_SKIP() << "no development material beside the project";
    const Image first =
        resize(read_picture(shared_file("data/orientation/landscape_1.jpg")), {180, 120});
    for (const int orientation : {3, 6, 8}) {
        const fs::path file =
            shared_file("data/orientation/landscape_" + std::to_string(orientation) + ".jpg");
        const Image other = read_picture(file);
        EXPECT_EQ(other.size(), (Size{1800, 1200})) << file;
        EXPECT_LT(image::mean_difference(resize(other, {180, 120}), first), 3) << file;
    }
}

// --- colour

// Display P3's (200, 100, 50) and pure red in sRGB, by the definitions of both spaces: linear
// light, the matrix of P3's primaries to sRGB's, the curve again.
constexpr std::array<int, 3> kP3Colour{200, 100, 50};
constexpr std::array<int, 3> kSrgbColour{215, 93, 31};

class ProfileTest : public ReadPictureTest {
 protected:
    // Writes the P3 colour with a profile and reads it back.
    std::vector<int> read_back(const std::string& name, const Bytes& profile, int bits = 8) {
        OiioPicture picture{.width = 16, .height = 16, .bits = bits, .profile = profile};
        for (int i = 0; i < 16 * 16; ++i)
            for (const int value : kP3Colour)
                picture.values.push_back(static_cast<float>(value) / 255.0F);
        write_with_oiio(folder / name, picture);
        const Image image = read_picture(folder / name);
        std::vector<int> pixel = samples_of(image);
        pixel.resize(3);
        return pixel;
    }
};

TEST_F(ProfileTest, DisplayP3BecomesSrgb) {
    const std::vector<int> expected(kSrgbColour.begin(), kSrgbColour.end());
    expect_near(read_back("a.png", image::display_p3_profile()), expected, 1);
    expect_near(read_back("a.tif", image::display_p3_profile()), expected, 1);
    expect_near(read_back("a.jpg", image::display_p3_profile()), expected, 3);
    expect_near(read_back("b.png", image::display_p3_profile(), 16),
                {215 * 257, 93 * 257, 31 * 257}, 200);
}

TEST_F(ProfileTest, SrgbAndBrokenProfilesChangeNothing) {
    const std::vector<int> same(kP3Colour.begin(), kP3Colour.end());
    EXPECT_EQ(read_back("a.png", image::srgb_profile()), same);
    EXPECT_EQ(read_back("a.tif", Bytes(200, 7)), same);
    EXPECT_EQ(read_back("a.tif", image::cmyk_profile()), same);
}

TEST_F(ProfileTest, AlphaComesThroughAProfile) {
    write_with_oiio(folder / "a.png", {.channels = {"R", "G", "B", "A"},
                                       .values = {200 / 255.0F, 100 / 255.0F, 50 / 255.0F, 0.2F},
                                       .numbers = {{"oiio:UnassociatedAlpha", 1}},
                                       .profile = image::display_p3_profile()});
    expect_near(samples_of(read_picture(folder / "a.png")), {215, 93, 31, 51}, 1);
}

TEST_F(ProfileTest, WebpWithAProfile) {
    const Size size{16, 16};
    Image image(size, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < 16; ++y)
        for (int i = 0; i < 48; ++i)
            image.row<std::uint8_t>(y)[i] = static_cast<std::uint8_t>(kP3Colour[i % 3]);
    write_picture(folder / "a.webp", image, 100);
    save(folder / "b.webp",
         image::add_webp_chunk(load(folder / "a.webp"), size, "ICCP", image::display_p3_profile()));
    std::vector<int> pixel = samples_of(read_picture(folder / "b.webp"));
    pixel.resize(3);
    expect_near(pixel, {215, 93, 31}, 5);
}

TEST_F(ProfileTest, GreyWithAProfile) {
    // Half of a scale of gamma 1 is half the light: 188 in sRGB.
    for (const int bits : {8, 16}) {
        write_with_oiio(folder / "a.tif", {.channels = {"Y"},
                                           .values = {0.5F},
                                           .bits = bits,
                                           .profile = image::grey_profile(1.0)});
        const Image image = convert(read_picture(folder / "a.tif"), SampleType::u8);
        expect_near(samples_of(image), {188, 188, 188}, 1);
    }
    // A scanner's RGB profile in a grey file.
    write_with_oiio(folder / "b.tif", {.channels = {"Y", "A"},
                                       .values = {0.5F, 1.0F},
                                       .numbers = {{"oiio:UnassociatedAlpha", 1}},
                                       .profile = image::display_p3_profile()});
    expect_near(samples_of(read_picture(folder / "b.tif")), {128, 128, 128, 255}, 1);
}

TEST_F(ProfileTest, CmykJpegWithoutAProfile) {
    // 20 % cyan, 40 % magenta, 60 % yellow, no black, stored as ink and as paper.
    save(folder / "a.jpg", image::make_cmyk_jpeg({16, 16}, {51, 102, 153, 0}, false));
    save(folder / "b.jpg", image::make_cmyk_jpeg({16, 16}, {204, 153, 102, 255}, true));
    for (const char* name : {"a.jpg", "b.jpg"}) {
        const Image image = read_picture(folder / name);
        EXPECT_EQ(image.alpha(), AlphaKind::none);
        std::vector<int> pixel = samples_of(image);
        pixel.resize(3);
        expect_near(pixel, {204, 153, 102}, 2);
    }
}

TEST_F(ProfileTest, CmykJpegWithItsProfile) {
    // By the profile full black ink is L = 80, a = b = 0: a light grey, not black.
    save(folder / "a.jpg",
         image::make_cmyk_jpeg({16, 16}, {255, 255, 255, 0}, true, image::cmyk_profile()));
    std::vector<int> pixel = samples_of(read_picture(folder / "a.jpg"));
    pixel.resize(3);
    EXPECT_NEAR(pixel[0], pixel[1], 3);
    EXPECT_NEAR(pixel[0], pixel[2], 3);
    EXPECT_GT(pixel[0], 150);
    // Magenta ink pulls it to red.
    save(folder / "b.jpg",
         image::make_cmyk_jpeg({16, 16}, {255, 0, 255, 255}, true, image::cmyk_profile()));
    pixel = samples_of(read_picture(folder / "b.jpg"));
    EXPECT_GT(pixel[0], pixel[1] + 60);
}

TEST_F(ProfileTest, CmykTiff) {
    OiioPicture picture{.channels = {"C", "M", "Y", "K"},
                        .values = {0.2F, 0.4F, 0.6F, 0},
                        .texts = {{"tiff:ColorSpace", "CMYK"}}};
    for (const int bits : {8, 16}) {
        picture.bits = bits;
        write_with_oiio(folder / "a.tif", picture);
        const Image image = convert(read_picture(folder / "a.tif"), SampleType::u8);
        expect_near(samples_of(image), {204, 153, 102}, 1);
    }
}

// --- HEIC and AVIF

// An AVIF of one colour by libheif itself; empty where it has no encoder.
Bytes make_avif(Size size, std::array<std::uint16_t, 3> colour, int bits, int primaries) {
    heif_context* context = heif_context_alloc();
    heif_encoder* encoder = nullptr;
    if (heif_context_get_encoder_for_format(context, heif_compression_AV1, &encoder).code !=
        heif_error_Ok) {
        heif_context_free(context);
        return {};
    }
    heif_encoder_set_lossy_quality(encoder, 95);
    heif_encoder_set_parameter_string(encoder, "chroma", "422");
    // Full-range BT.601 planes at 4:2:2, the one layout in which libheif 1.15 hands libaom both
    // depths.
    const std::array<double, 3> rgb{double(colour[0]), double(colour[1]), double(colour[2])};
    const double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
    const double middle = 1 << (bits - 1);
    const std::array<double, 3> yuv{luma, middle + (rgb[2] - luma) / 1.772,
                                    middle + (rgb[0] - luma) / 1.402};
    heif_image* image = nullptr;
    heif_image_create(size.width, size.height, heif_colorspace_YCbCr, heif_chroma_422, &image);
    for (const int c : {0, 1, 2}) {
        const auto channel = static_cast<heif_channel>(c);
        const int width = c == 0 ? size.width : size.width / 2;
        heif_image_add_plane(image, channel, width, size.height, bits);
        int stride = 0;
        std::uint8_t* plane = heif_image_get_plane(image, channel, &stride);
        const auto value = static_cast<std::uint16_t>(std::lround(yuv[c]));
        for (int y = 0; y < size.height; ++y, plane += stride) {
            if (bits == 8)
                std::fill_n(plane, width, static_cast<std::uint8_t>(value));
            else
                std::fill_n(reinterpret_cast<std::uint16_t*>(plane), width, value);
        }
    }
    heif_color_profile_nclx* nclx = heif_nclx_color_profile_alloc();
    heif_nclx_color_profile_set_color_primaries(nclx, static_cast<std::uint16_t>(primaries));
    nclx->matrix_coefficients = heif_matrix_coefficients_ITU_R_BT_601_6;
    nclx->full_range_flag = 1;
    heif_image_set_nclx_color_profile(image, nclx);
    heif_image_handle* handle = nullptr;
    Bytes bytes;
    if (heif_context_encode_image(context, image, encoder, nullptr, &handle).code ==
        heif_error_Ok) {
        heif_writer writer{};
        writer.writer_api_version = 1;
        writer.write = [](heif_context*, const void* data, std::size_t count, void* target) {
            const auto* from = static_cast<const std::uint8_t*>(data);
            static_cast<Bytes*>(target)->assign(from, from + count);
            return heif_error{heif_error_Ok, heif_suberror_Unspecified, ""};
        };
        heif_context_write(context, &writer, &bytes);
        heif_image_handle_release(handle);
    }
    heif_nclx_color_profile_free(nclx);
    heif_image_release(image);
    heif_encoder_release(encoder);
    heif_context_free(context);
    return bytes;
}

TEST_F(ReadPictureTest, AvifKeepsTenBitsAndItsPrimaries) {
    const fs::path file = folder / "a.avif";
    const Bytes narrow = make_avif({64, 48}, {200, 100, 50}, 8, 1);
    if (narrow.empty()) GTEST_SKIP() << "libheif has no AV1 encoder here";
    save(file, narrow);
    EXPECT_EQ(inspect_picture(file).format, "avif");
    EXPECT_EQ(inspect_picture(file).size, (Size{64, 48}));
    std::vector<int> pixel = samples_of(read_picture(file));
    pixel.resize(3);
    expect_near(pixel, {200, 100, 50}, 3);

    save(file, make_avif({64, 48}, {802, 401, 201}, 10, 12));
    const Image wide = read_picture(file);
    EXPECT_EQ(wide.sample_type(), SampleType::u16);
    pixel = samples_of(wide);
    pixel.resize(3);
    expect_near(pixel, {215 * 257, 93 * 257, 31 * 257}, 3 * 257);

    EXPECT_EQ(error_of(file, [&] { (void)read_picture(file, {.max_pixels = 1000}); }),
              ErrorCode::too_large);
    for (const double part : {0.3, 0.9}) {
        save(file, std::span(narrow).first(
                       static_cast<std::size_t>(part * static_cast<double>(narrow.size()))));
        EXPECT_EQ(error_of(file, [&] { (void)read_picture(file); }), ErrorCode::unreadable);
    }
}

TEST_F(ReadPictureTest, HeicOfAPhoneStandsUpright) {
    const fs::path file = shared_file("data/depth_photos/portrait.heic");
    if (file.empty()) GTEST_SKIP() << "no development material beside the project";
    EXPECT_EQ(inspect_picture(file).format, "heic");
    EXPECT_EQ(inspect_picture(file).size, (Size{3024, 4032}));
    EXPECT_EQ(error_of(file, [&] { (void)read_picture(file, {.max_pixels = 12'000'000}); }),
              ErrorCode::too_large);
    const Image photo = read_picture(file);
    EXPECT_EQ(photo.size(), (Size{3024, 4032}));
    EXPECT_EQ(photo.sample_type(), SampleType::u8);

    const Bytes whole = load(file);
    save(folder / "cut.heic", std::span(whole).first(whole.size() / 2));
    EXPECT_EQ(error_of(folder / "cut.heic", [&] { (void)read_picture(folder / "cut.heic"); }),
              ErrorCode::unreadable);
}

}  // namespace
}  // namespace diorama
