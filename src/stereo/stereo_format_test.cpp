#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <string>

#include "core/thrown_error.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "diorama/stereo_format.h"
#include "stereo/anaglyph.h"

namespace diorama {
namespace {

using F = StereoFormat;

constexpr StereoFormat kAnaglyphs[] = {F::dubois,        F::green_magenta, F::amber_blue,
                                       F::true_anaglyph, F::grey,          F::colour,
                                       F::half_colour,   F::optimised};

// Noise of all sample values.
Image make_noise(Size size, SampleType type, unsigned seed, AlphaKind alpha = AlphaKind::none) {
    Image image(size, type, alpha);
    std::mt19937 random(seed);
    for (std::size_t i = 0; i < image.size_bytes(); ++i)
        image.data()[i] = static_cast<std::uint8_t>(random());
    return image;
}

Image make_flat(Size size, std::array<std::uint8_t, 3> colour) {
    Image image(size, SampleType::u8, AlphaKind::none);
    for (std::size_t i = 0; i < image.size_bytes(); ++i) image.data()[i] = colour[i % 3];
    return image;
}

std::vector<std::uint8_t> pixel(const Image& image, int x, int y) {
    const std::size_t bytes = image.row_bytes() / image.width();
    const std::uint8_t* at = image.row<std::uint8_t>(y) + x * bytes;
    return {at, at + bytes};
}

bool same(const Image& a, const Image& b) {
    return a.size() == b.size() && a.alpha() == b.alpha() && a.size_bytes() == b.size_bytes() &&
           std::equal(a.data(), a.data() + a.size_bytes(), b.data());
}

TEST(StereoFormat, PlacingKeepsEverySampleWhereItBelongs) {
    for (const SampleType type : {SampleType::u8, SampleType::u16})
        for (const AlphaKind alpha : {AlphaKind::none, AlphaKind::straight}) {
            const Image l = make_noise({7, 5}, type, 1, alpha);
            const Image r = make_noise({7, 5}, type, 2, alpha);
            const auto expect_views = [&](StereoFormat format, int x, int y) {
                const Image packed = pack_views(l, r, format);
                EXPECT_EQ(packed.size(), packed_size(format, l.size()));
                EXPECT_EQ(packed.alpha(), alpha);
                const Image& first = format == F::cross ? r : l;
                const Image& second = format == F::cross ? l : r;
                for (int v = 0; v < 5; ++v)
                    for (int u = 0; u < 7; ++u) {
                        EXPECT_EQ(pixel(packed, u, v), pixel(first, u, v));
                        EXPECT_EQ(pixel(packed, u + x, v + y), pixel(second, u, v));
                    }
            };
            expect_views(F::sbs, 7, 0);
            expect_views(F::cross, 7, 0);
            expect_views(F::tb, 0, 5);
            EXPECT_TRUE(same(pack_views(l, r, F::left), l));
            EXPECT_TRUE(same(pack_views(l, r, F::right), r));
        }
}

TEST(StereoFormat, HalvesAverageTwoPixels) {
    const Image l = make_noise({8, 6}, SampleType::u8, 3);
    const Image r = make_noise({8, 6}, SampleType::u8, 4);
    const Image wide = pack_views(l, r, F::half_sbs);
    const Image high = pack_views(l, r, F::half_tb);
    ASSERT_EQ(wide.size(), l.size());
    ASSERT_EQ(high.size(), l.size());
    for (int y = 0; y < 6; ++y)
        for (int x = 0; x < 4; ++x)
            for (int c = 0; c < 3; ++c) {
                const double left_mean = (pixel(l, 2 * x, y)[c] + pixel(l, 2 * x + 1, y)[c]) / 2.0;
                const double right_mean = (pixel(r, 2 * x, y)[c] + pixel(r, 2 * x + 1, y)[c]) / 2.0;
                EXPECT_NEAR(pixel(wide, x, y)[c], left_mean, 0.5);
                EXPECT_NEAR(pixel(wide, 4 + x, y)[c], right_mean, 0.5);
            }
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 8; ++x)
            for (int c = 0; c < 3; ++c) {
                const double mean = (pixel(r, x, 2 * y)[c] + pixel(r, x, 2 * y + 1)[c]) / 2.0;
                EXPECT_NEAR(pixel(high, x, 3 + y)[c], mean, 0.5);
            }
}

TEST(StereoFormat, InterleavedPixelsBelongToTheViewsInTurn) {
    const Image l = make_flat({6, 4}, {200, 10, 30});
    const Image r = make_flat({6, 4}, {20, 110, 230});
    const Image by_row = pack_views(l, r, F::rows);
    const Image by_column = pack_views(l, r, F::columns);
    const Image by_square = pack_views(l, r, F::checkerboard);
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 6; ++x) {
            EXPECT_EQ(pixel(by_row, x, y), pixel(y % 2 == 0 ? l : r, x, y));
            EXPECT_EQ(pixel(by_column, x, y), pixel(x % 2 == 0 ? l : r, x, y));
            EXPECT_EQ(pixel(by_square, x, y), pixel((x + y) % 2 == 0 ? l : r, x, y));
        }
}

// Stripes as fine as pixels would all fall to one view, all white or all black: they turn grey.
TEST(StereoFormat, FinestStripesTurnGreyWhenInterleaved) {
    for (const StereoFormat format : {F::rows, F::columns, F::checkerboard}) {
        Image stripes({8, 8}, SampleType::u16, AlphaKind::none);
        for (int y = 0; y < 8; ++y)
            for (int x = 0; x < 8; ++x)
                if ((format == F::rows ? y : format == F::columns ? x : x + y) % 2 == 0)
                    std::fill_n(stripes.row<std::uint16_t>(y) + 3 * x, 3, 65535);
        const Image mixed = pack_views(stripes, stripes, format);
        for (int y = 1; y < 7; ++y)
            for (int x = 1; x < 7; ++x)
                EXPECT_NEAR(mixed.row<std::uint16_t>(y)[3 * x], 32768, 1) << x << ", " << y;
    }
}

TEST(StereoFormat, ClearPixelsLendNoColourToTheirNeighbours) {
    Image view({4, 4}, SampleType::u8, AlphaKind::straight);
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 4; ++x) {
            std::uint8_t* at = view.row<std::uint8_t>(y) + 4 * x;
            at[0] = y % 2 == 0 ? 255 : 0;  // clear rows hide another colour
            at[1] = y % 2 == 0 ? 0 : 255;
            at[3] = y % 2 == 0 ? 255 : 0;
        }
    const Image mixed = pack_views(view, view, F::rows);
    EXPECT_EQ(mixed.alpha(), AlphaKind::straight);
    EXPECT_EQ(pixel(mixed, 1, 1), (std::vector<std::uint8_t>{255, 0, 0, 128}));
}

TEST(StereoFormat, AnaglyphsOfWhiteAreWhiteAndOfBlackBlack) {
    const Image white = make_flat({3, 2}, {255, 255, 255});
    const Image black = make_flat({3, 2}, {0, 0, 0});
    for (const StereoFormat format : kAnaglyphs) {
        const auto at = pixel(pack_views(white, white, format), 1, 1);
        for (const int c : {0, 1, 2}) {
            if (format == F::true_anaglyph && c == 1) continue;  // has no green
            EXPECT_GE(at[c], 250) << static_cast<int>(format) << ", channel " << c;
        }
        EXPECT_TRUE(same(pack_views(black, black, format), black));
    }
}

// Each eye of the glasses sees its own view: the sum of channels that its filter lets through.
TEST(StereoFormat, EachColourOfAnAnaglyphComesFromItsOwnEye) {
    const Image white = make_flat({3, 2}, {255, 255, 255});
    const Image black = make_flat({3, 2}, {0, 0, 0});
    const auto expect = [&](StereoFormat format, std::array<bool, 3> is_left) {
        const auto of_left = pixel(pack_views(white, black, format), 1, 1);
        const auto of_right = pixel(pack_views(black, white, format), 1, 1);
        for (const int c : {0, 1, 2}) {
            const auto& bright = is_left[c] ? of_left : of_right;
            const auto& dark = is_left[c] ? of_right : of_left;
            EXPECT_GT(bright[c], dark[c] + 150) << static_cast<int>(format) << ", channel " << c;
        }
    };
    expect(F::dubois, {true, false, false});
    expect(F::green_magenta, {false, true, false});
    expect(F::amber_blue, {true, true, false});
    for (const StereoFormat format : {F::grey, F::colour, F::half_colour, F::optimised})
        expect(format, {true, false, false});
}

TEST(StereoFormat, SimpleAnaglyphsAreTheirMatricesInSamples) {
    const Image l = make_flat({2, 2}, {100, 150, 200});
    const Image r = make_flat({2, 2}, {50, 90, 130});
    const auto grey_of = [](double red, double green, double blue) {
        return static_cast<int>(std::lround(0.299 * red + 0.587 * green + 0.114 * blue));
    };
    const int left_grey = grey_of(100, 150, 200);
    const int right_grey = grey_of(50, 90, 130);
    const auto expect = [&](StereoFormat format, int red, int green, int blue) {
        const auto at = pixel(pack_views(l, r, format), 0, 0);
        EXPECT_EQ(at[0], red);
        EXPECT_EQ(at[1], green);
        EXPECT_EQ(at[2], blue);
    };
    expect(F::true_anaglyph, left_grey, 0, right_grey);
    expect(F::grey, left_grey, right_grey, right_grey);
    expect(F::colour, 100, 90, 130);
    expect(F::half_colour, left_grey, 90, 130);
    expect(F::optimised, 165, 90, 130);  // 0.7·150 + 0.3·200
}

// Computed by hand: light = ((s/255 + 0.055) / 1.055)^2.4, the matrix, and back.
TEST(StereoFormat, DuboisMixesLight) {
    const auto light = [](double sample) { return std::pow((sample / 255 + 0.055) / 1.055, 2.4); };
    const Image l = make_flat({2, 2}, {180, 120, 90});
    const Image r = make_flat({2, 2}, {160, 140, 110});
    const double red = 0.437 * light(180) + 0.449 * light(120) + 0.164 * light(90);
    const double green = 0.377 * light(160) + 0.761 * light(140) + 0.009 * light(110);
    const auto sample = [](double value) {
        return 255 * (1.055 * std::pow(value, 1 / 2.4) - 0.055);
    };
    const auto at = pixel(pack_views(l, r, F::dubois), 0, 0);
    EXPECT_NEAR(at[0], sample(red), 1);    // the right eye's part is below 0 and clipped
    EXPECT_NEAR(at[1], sample(green), 1);  // so is the left eye's
}

TEST(StereoFormat, FastAnaglyphsEqualTheReference) {
    for (const SampleType type : {SampleType::u8, SampleType::u16})
        for (const StereoFormat format : kAnaglyphs) {
            const Image l = make_noise({123, 45}, type, 5);
            const Image r = make_noise({123, 45}, type, 6);
            const auto& matrices = stereo::matrices_of(format);
            const Image fast = stereo::make_anaglyph(l, r, matrices, {});
            const Image plain = stereo::make_anaglyph_reference(l, r, matrices, {});
            for (int y = 0; y < l.height(); ++y)
                for (int i = 0; i < 3 * l.width(); ++i) {
                    const int difference =
                        type == SampleType::u8
                            ? fast.row<std::uint8_t>(y)[i] - plain.row<std::uint8_t>(y)[i]
                            : fast.row<std::uint16_t>(y)[i] - plain.row<std::uint16_t>(y)[i];
                    ASSERT_LE(std::abs(difference), 1);
                }
        }
}

TEST(StereoFormat, DepthIsGreyBesideThePicture) {
    const Image picture = make_noise({4, 2}, SampleType::u8, 7);
    InverseDepth depth({4, 2}, 0.5F);
    depth.at(0, 0) = 1;
    depth.at(1, 0) = 0;
    const Image packed = pack_depth(picture, depth, F::rgbd);
    EXPECT_EQ(packed.size(), (Size{8, 2}));
    EXPECT_EQ(pixel(packed, 3, 1), pixel(picture, 3, 1));
    EXPECT_EQ(pixel(packed, 4, 0), (std::vector<std::uint8_t>{255, 255, 255}));
    EXPECT_EQ(pixel(packed, 5, 0), (std::vector<std::uint8_t>{0, 0, 0}));
    EXPECT_EQ(pixel(packed, 6, 0), (std::vector<std::uint8_t>{128, 128, 128}));
    EXPECT_EQ(pack_depth(picture, depth, F::half_rgbd).size(), picture.size());
    depth.at(0, 0) = 2;  // far nearer than the 98th percentile
    const Image nearer = pack_depth(picture, depth, F::rgbd);
    EXPECT_EQ(pixel(nearer, 4, 0)[0], 255);
    EXPECT_EQ(pixel(nearer, 6, 0)[0], 64);
}

// ---- The half sphere ----------------------------------------------------------------------------

constexpr StereoFormatOptions kFarScreen{.vr_fov_deg = 60, .vr_screen_m = 100, .vr_size_px = 720};

// The picture's edges stand at half its field of view, measured at the horizon.
TEST(StereoFormat, HalfSphereShowsThePictureAsWideAsAsked) {
    const Image white = make_flat({400, 300}, {255, 255, 255});
    const Image sphere = pack_views(white, white, F::vr180, kFarScreen);
    ASSERT_EQ(sphere.size(), (Size{1440, 720}));
    int seen = 0;
    for (int x = 0; x < 720; ++x) seen += pixel(sphere, x, 360)[0] > 127 ? 1 : 0;
    EXPECT_NEAR(seen * 180.0 / 720, 60, 0.5);
    int high = 0;
    for (int y = 0; y < 720; ++y) high += pixel(sphere, 360, y)[0] > 127 ? 1 : 0;
    const double half_deg =
        std::atan(std::tan(std::numbers::pi / 6) * 3 / 4) * 180 / std::numbers::pi;
    EXPECT_NEAR(high * 180.0 / 720, 2 * half_deg, 0.5);
}

// A straight line of the picture lies where the gnomonic projection says: row v at longitude λ has
// the latitude atan(v/f·cos λ).
TEST(StereoFormat, HalfSphereIsEquirectangular) {
    constexpr Size kView{400, 400};
    Image line(kView, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < 100; ++y) std::fill_n(line.row<std::uint8_t>(y), line.row_bytes(), 255);
    const double focal = 200 / std::tan(std::numbers::pi / 6);
    const Image sphere = pack_views(line, line, F::vr180, kFarScreen);
    for (const double longitude_deg : {-25.0, 0.0, 20.0}) {
        const int x = static_cast<int>((longitude_deg + 90) * 4);
        int y = 359;
        while (pixel(sphere, x, y)[0] < 127) --y;
        const double latitude =
            std::atan(100 / focal * std::cos(longitude_deg * std::numbers::pi / 180));
        EXPECT_NEAR(y, 360 - latitude * 180 / std::numbers::pi * 4, 1.5) << longitude_deg;
    }
}

// The zero plane is seen at its distance: the angle between the eyes' lines is that of 63 mm there.
TEST(StereoFormat, HalfSphereHangsTheZeroPlaneAtItsDistance) {
    Image dot({401, 401}, SampleType::u8, AlphaKind::none);
    std::fill_n(dot.row<std::uint8_t>(200) + 3 * 200, 3, 255);
    for (int y = 190; y <= 210; ++y)
        for (int x = 190; x <= 210; ++x) std::fill_n(dot.row<std::uint8_t>(y) + 3 * x, 3, 255);
    StereoFormatOptions options = kFarScreen;
    options.vr_screen_m = 0.5;
    const Image sphere = pack_views(dot, dot, F::vr180, options);
    const auto centre = [&](int first) {
        double sum = 0;
        double weight = 0;
        for (int x = 0; x < 720; ++x) {
            sum += x * pixel(sphere, first + x, 360)[0];
            weight += pixel(sphere, first + x, 360)[0];
        }
        return sum / weight;
    };
    const double apart_deg = 2 * std::atan(0.0315 / 0.5) * 180 / std::numbers::pi;
    EXPECT_NEAR((centre(0) - centre(720)) / 4, apart_deg, 0.1);
}

TEST(StereoFormat, HalfSphereKeepsTheSharpnessOfThePicture) {
    const Size size = packed_size(F::vr180, {1000, 800}, {.vr_fov_deg = 90});
    EXPECT_EQ(size.width, 2 * size.height);
    EXPECT_NEAR(size.height, std::numbers::pi * 500, 2);
    EXPECT_EQ(packed_size(F::vr180, {20000, 10000}, {}).height, 4096);
}

// ---- Errors -------------------------------------------------------------------------------------

TEST(StereoFormat, SizesWithoutSuchAFormAreNamed) {
    const auto refused = [](StereoFormat format, Size size) {
        const Image view(size, SampleType::u8, AlphaKind::none);
        const Error error = error_of([&] { (void)pack_views(view, view, format); });
        EXPECT_EQ(error.code(), ErrorCode::usage);
        EXPECT_NE(std::string(error.what()).find("needs"), std::string::npos) << error.what();
        EXPECT_EQ(error_of([&] { (void)packed_size(format, size); }).code(), ErrorCode::usage);
    };
    refused(F::half_sbs, {7, 4});
    refused(F::half_tb, {8, 5});
    refused(F::rows, {8, 1});
    refused(F::columns, {1, 8});
    refused(F::checkerboard, {8, 1});
    refused(F::checkerboard, {1, 8});
    EXPECT_EQ(error_of([] {
                  (void)pack_depth(Image({7, 4}, SampleType::u8, AlphaKind::none),
                                   InverseDepth({7, 4}), F::half_rgbd);
              }).code(),
              ErrorCode::usage);
}

TEST(StereoFormat, OnePixelFitsWhereverItCan) {
    const Image one = make_flat({1, 1}, {10, 20, 30});
    EXPECT_EQ(pack_views(one, one, F::sbs).size(), (Size{2, 1}));
    EXPECT_EQ(pack_views(one, one, F::tb).size(), (Size{1, 2}));
    EXPECT_EQ(pack_views(one, one, F::colour).size(), (Size{1, 1}));
    EXPECT_GE(pack_views(one, one, F::vr180).width(), 4);
}

TEST(StereoFormat, ViewsMustBeAlike) {
    const Image view = make_flat({4, 4}, {1, 2, 3});
    const Image other = make_flat({4, 5}, {1, 2, 3});
    EXPECT_EQ(error_of([&] { (void)pack_views(view, other, F::sbs); }).code(), ErrorCode::mismatch);
    EXPECT_EQ(
        error_of([&] { (void)pack_views(view, convert(view, SampleType::u16), F::sbs); }).code(),
        ErrorCode::mismatch);
    EXPECT_EQ(error_of([&] { (void)pack_views(view, view, F::pair); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([&] { (void)pack_views(view, view, F::rgbd); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([&] {
                  (void)pack_depth(view, InverseDepth({5, 4}), F::rgbd);
              }).code(),
              ErrorCode::mismatch);
    EXPECT_EQ(error_of([&] { (void)pack_views(view, view, F::vr180, {.vr_fov_deg = 200}); }).code(),
              ErrorCode::usage);
}

TEST(StereoFormat, BytesDependOnNoThreads) {
    const Image l = make_noise({61, 47}, SampleType::u8, 8);
    const Image r = make_noise({61, 47}, SampleType::u8, 9);
    for (const StereoFormat format : {F::dubois, F::rows, F::columns, F::checkerboard, F::vr180})
        EXPECT_TRUE(same(pack_views(l, r, format, {}, {.threads = 1}),
                         pack_views(l, r, format, {}, {.threads = 3})));
}

}  // namespace
}  // namespace diorama
