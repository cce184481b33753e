#include "diorama/stereo_files.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "core/thrown_error.h"
#include "diorama/carried_depth.h"
#include "image/jpeg_segments.h"
#include "image/test_files.h"
#include "image/xmp.h"

namespace diorama {
namespace {

using image::Bytes;
using image::load;
using image::make_ramp;
using image::mean_difference;

class StereoFilesTest : public image::FolderTest {};

constexpr Size kSize{64, 48};

Image make_left() {
    return make_ramp(kSize, SampleType::u8, AlphaKind::none);
}

// Not to be taken for the left one.
Image make_right(Size size = kSize) {
    Image image = make_ramp(size, SampleType::u8, AlphaKind::none);
    for (std::size_t i = 0; i < image.size_bytes(); ++i)
        image.data()[i] = static_cast<std::uint8_t>(255 - image.data()[i]);
    return image;
}

// ---- A reader of JPEG's segments and of MPF's directories, written from their standards ---------

std::uint32_t big(const Bytes& bytes, std::size_t at, int count) {
    std::uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8U | bytes.at(at + i);
    return value;
}

struct Segment {
    std::size_t content_at = 0;
    Bytes content{};
};

// The segments APPn of the JPEG that begins at `begin`, up to its pixels.
std::vector<Segment> app_segments(const Bytes& bytes, int n, std::size_t begin = 0) {
    std::vector<Segment> found;
    EXPECT_EQ(big(bytes, begin, 2), 0xFFD8U);
    for (std::size_t at = begin + 2; big(bytes, at, 2) != 0xFFDA;) {
        const std::size_t length = big(bytes, at + 2, 2);
        if (big(bytes, at, 2) == 0xFFE0U + n)
            found.push_back({at + 4,
                             {bytes.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                              bytes.begin() + static_cast<std::ptrdiff_t>(at + 2 + length)}});
        at += 2 + length;
    }
    return found;
}

struct Field {
    std::uint32_t type = 0;
    std::uint32_t count = 0;
    std::uint32_t value = 0;
};

// The fields of the directory at `at` after the identifier, and where the next one stands.
std::map<std::uint32_t, Field> read_directory(const Bytes& mp, std::size_t at,
                                              std::uint32_t& next) {
    std::map<std::uint32_t, Field> fields;
    const std::uint32_t count = big(mp, at, 2);
    std::uint32_t last_tag = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::size_t field = at + 2 + 12 * i;
        const std::uint32_t tag = big(mp, field, 2);
        EXPECT_GT(tag, last_tag);  // sorted, as TIFF asks
        last_tag = tag;
        fields[tag] = {big(mp, field + 2, 2), big(mp, field + 4, 4), big(mp, field + 8, 4)};
    }
    next = big(mp, at + 2 + 12 * count, 4);
    return fields;
}

struct MpSegment {
    std::size_t header_at = 0;  // in the file: offsets count from here
    Bytes mp{};
};
MpSegment read_mp_segment(const Bytes& bytes, std::size_t begin) {
    const auto segments = app_segments(bytes, 2, begin);
    EXPECT_EQ(segments.size(), 1U);
    const Bytes& content = segments.at(0).content;
    EXPECT_EQ(std::string(content.begin(), content.begin() + 4), std::string("MPF\0", 4));
    MpSegment result{segments.at(0).content_at + 4, Bytes(content.begin() + 4, content.end())};
    EXPECT_EQ(big(result.mp, 0, 4), 0x4D4D002AU);
    return result;
}

// ---- Tests --------------------------------------------------------------------------------------

TEST_F(StereoFilesTest, MpoIndexLeadsToBothViews) {
    write_mpo(folder / "a.mpo", make_left(), make_right());
    const Bytes bytes = load(folder / "a.mpo");
    const auto [header_at, mp] = read_mp_segment(bytes, 0);
    std::uint32_t next = 0;
    auto index = read_directory(mp, big(mp, 4, 4), next);
    EXPECT_EQ(index[0xB000].value, 0x30313030U);  // "0100"
    EXPECT_EQ(index[0xB001].value, 2U);
    ASSERT_EQ(index[0xB002].count, 32U);
    const std::size_t entries = index[0xB002].value;
    EXPECT_EQ(big(mp, entries, 4), 0x20020002U);  // shown by readers of one picture; disparity
    EXPECT_EQ(big(mp, entries + 16, 4), 0x00020002U);
    const std::size_t first_size = big(mp, entries + 4, 4);
    const std::size_t second_size = big(mp, entries + 20, 4);
    const std::size_t second_at = header_at + big(mp, entries + 24, 4);
    EXPECT_EQ(big(mp, entries + 8, 4), 0U);
    EXPECT_EQ(second_at, first_size);
    EXPECT_EQ(second_at + second_size, bytes.size());
    EXPECT_EQ(big(bytes, first_size - 2, 2), 0xFFD9U);  // the JPEG ends there

    image::save(folder / "left.jpg", std::span(bytes).first(first_size));
    image::save(folder / "right.jpg", std::span(bytes).subspan(second_at));
    EXPECT_LT(mean_difference(read_picture(folder / "left.jpg"), make_left()), 2);
    EXPECT_LT(mean_difference(read_picture(folder / "right.jpg"), make_right()), 2);
    EXPECT_LT(mean_difference(read_picture(folder / "a.mpo"), make_left()), 2);
}

TEST_F(StereoFilesTest, MpoNumbersTheViewsFromTheLeft) {
    write_mpo(folder / "a.mpo", make_left(), make_right());
    const Bytes bytes = load(folder / "a.mpo");
    const Bytes first = read_mp_segment(bytes, 0).mp;
    std::uint32_t next = 0;
    auto index = read_directory(first, big(first, 4, 4), next);
    const std::uint32_t first_size = big(first, index[0xB002].value + 4, 4);
    auto left = read_directory(first, next, next);
    EXPECT_EQ(next, 0U);
    const Bytes second = read_mp_segment(bytes, first_size).mp;
    auto right = read_directory(second, big(second, 4, 4), next);
    EXPECT_EQ(next, 0U);
    EXPECT_EQ(left[0xB101].value, 1U);
    EXPECT_EQ(right[0xB101].value, 2U);
    EXPECT_EQ(right[0xB000].value, 0x30313030U);
    for (const auto& [fields, mp] : {std::pair{left, first}, std::pair{right, second}}) {
        EXPECT_EQ(fields.at(0xB204).value, 1U);
        const std::uint32_t angle_at = fields.at(0xB205).value;
        EXPECT_EQ(big(mp, angle_at, 4), 0U);
        EXPECT_EQ(big(mp, angle_at + 4, 4), 1U);
        EXPECT_EQ(angle_at + 8, mp.size());
    }
}

TEST_F(StereoFilesTest, JpsSaysHowItIsLaidOut) {
    struct Expected {
        JpsLayout layout;
        std::uint32_t descriptor;  // separation, flags, layout, type
    };
    for (const auto& [layout, descriptor] :
         {Expected{JpsLayout::crossed, 0x00000201}, Expected{JpsLayout::side_by_side, 0x00040201},
          Expected{JpsLayout::half_side_by_side, 0x00060201},
          Expected{JpsLayout::top_bottom, 0x00040301},
          Expected{JpsLayout::half_top_bottom, 0x00050301}}) {
        write_jps(folder / "a.jps", make_left(), layout);
        const auto segments = app_segments(load(folder / "a.jps"), 3);
        ASSERT_EQ(segments.size(), 1U);
        const Bytes& content = segments[0].content;
        EXPECT_EQ(std::string(content.begin(), content.begin() + 8), "_JPSJPS_");
        EXPECT_EQ(big(content, 8, 2), 4U);
        EXPECT_EQ(big(content, 10, 4), descriptor);
        EXPECT_LT(mean_difference(read_picture(folder / "a.jps"), make_left()), 2);
    }
}

// The value of an attribute in an XMP packet.
std::string attribute(const std::string& packet, const std::string& name) {
    const std::size_t begin = packet.find(name + "=\"");
    if (begin == std::string::npos) return "missing";
    const std::size_t value = begin + name.size() + 2;
    return packet.substr(value, packet.find('"', value) - value);
}

Bytes decode_base64(const std::string& text) {
    const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Bytes bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t digit = digits.find(c);
        if (digit == std::string::npos) break;
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<std::uint8_t>(bits >> static_cast<unsigned>(count)));
    }
    return bytes;
}

struct Xmp {
    std::string packet{};
    std::string extension{};
};
Xmp read_xmp(const Bytes& jpeg) {
    const std::string kExtended("http://ns.adobe.com/xmp/extension/\0", 35);
    Xmp xmp;
    for (const auto& segment : app_segments(jpeg, 1)) {
        const std::string content(segment.content.begin(), segment.content.end());
        if (content.starts_with(std::string("http://ns.adobe.com/xap/1.0/\0", 29)))
            xmp.packet = content.substr(29);
        if (!content.starts_with(kExtended)) continue;
        EXPECT_EQ(content.substr(35, 32), attribute(xmp.packet, "xmpNote:HasExtendedXMP"));
        EXPECT_EQ(big(segment.content, 71, 4), xmp.extension.size());
        xmp.extension += content.substr(75);
        EXPECT_LE(xmp.extension.size(), big(segment.content, 67, 4));
    }
    return xmp;
}

// Large enough that the right view takes several segments.
TEST_F(StereoFilesTest, VrPhotoCarriesTheRightViewAndItsPlaceOnTheSphere) {
    constexpr Size kHalf{1200, 1200};
    const Image left = make_ramp(kHalf, SampleType::u8, AlphaKind::none);
    const Image right = make_right(kHalf);
    write_vr_photo(folder / "a.vr.jpg", left, right);
    EXPECT_LT(mean_difference(read_picture(folder / "a.vr.jpg"), left), 2);

    const auto [packet, extension] = read_xmp(load(folder / "a.vr.jpg"));
    EXPECT_GT(extension.size(), 70000U);
    EXPECT_EQ(attribute(packet, "GPano:ProjectionType"), "equirectangular");
    EXPECT_EQ(attribute(packet, "GPano:FullPanoWidthPixels"), "2400");
    EXPECT_EQ(attribute(packet, "GPano:CroppedAreaImageWidthPixels"), "1200");
    EXPECT_EQ(attribute(packet, "GPano:CroppedAreaLeftPixels"), "600");
    EXPECT_EQ(attribute(packet, "GImage:Mime"), "image/jpeg");
    image::save(folder / "right.jpg", decode_base64(attribute(extension, "GImage:Data")));
    EXPECT_LT(mean_difference(read_picture(folder / "right.jpg"), right), 2);
}

TEST_F(StereoFilesTest, DepthPhotoCarriesItsDepth) {
    const Image picture = make_left();
    InverseDepth depth(kSize);
    for (int y = 0; y < kSize.height; ++y)
        for (int x = 0; x < kSize.width; ++x)
            depth.at(x, y) = static_cast<float>(x) / 40 - 0.2F;  // -0.2 … 1.375
    depth.scale = 2;
    depth.offset = 0.5F;
    write_depth_photo(folder / "a.depth.jpg", picture, depth);
    EXPECT_LT(mean_difference(read_picture(folder / "a.depth.jpg"), picture), 2);
    const auto [packet, extension] = read_xmp(load(folder / "a.depth.jpg"));
    EXPECT_EQ(attribute(packet, "GDepth:Format"), "RangeInverse");
    EXPECT_EQ(attribute(packet, "GDepth:Mime"), "image/png");
    const double near = std::stod(attribute(packet, "GDepth:Near"));
    const double far = std::stod(attribute(packet, "GDepth:Far"));
    image::save(folder / "depth.png", decode_base64(attribute(extension, "GDepth:Data")));
    const InverseDepth codes = read_inverse_depth(folder / "depth.png");
    for (const int x : {0, 17, 63}) {
        // As GDepth's documentation undoes RangeInverse.
        const double found = far * near / (far - codes.at(x, 9) * (far - near));
        EXPECT_NEAR(1 / found, depth.at(x, 9) * 2 + 0.5, 1e-3) << x;
    }
}

TEST_F(StereoFilesTest, TheDepthThatAPhotoCarriesIsReadAgain) {
    InverseDepth depth(kSize);
    for (int y = 0; y < kSize.height; ++y)
        for (int x = 0; x < kSize.width; ++x) depth.at(x, y) = static_cast<float>(x + y) / 40;
    depth.scale = 2;
    depth.offset = 0.5F;
    write_depth_photo(folder / "a.jpg", make_left(), depth);
    for (const InverseDepth& read :
         {read_carried_depth(folder / "a.jpg").value(), read_inverse_depth(folder / "a.jpg")}) {
        ASSERT_EQ(read.size(), kSize);
        for (const int x : {0, 17, 63})
            EXPECT_NEAR(read.at(x, 9) * read.scale + read.offset, depth.at(x, 9) * 2 + 0.5, 1e-3);
    }
    write_picture(folder / "plain.jpg", make_left());
    write_picture(folder / "plain.png", make_left());
    EXPECT_EQ(read_carried_depth(folder / "plain.jpg"), std::nullopt);
    EXPECT_EQ(read_carried_depth(folder / "plain.png"), std::nullopt);
}

TEST_F(StereoFilesTest, GDepthAsElementsLinearInDistanceIsTurnedRound) {
    // Codes 0, 0.5 and 1 between 2 and 6 are the distances 2, 4 and 6.
    Image codes({3, 1}, SampleType::u8, AlphaKind::none);
    for (int x = 0; x < 3; ++x) std::fill_n(codes.row<std::uint8_t>(0) + 3 * x, 3, x * 255 / 2);
    write_picture(folder / "codes.png", codes);
    write_picture(folder / "a.jpg", make_left());
    std::vector<std::uint8_t> bytes = load(folder / "a.jpg");
    const std::string xmp = std::string("http://ns.adobe.com/xap/1.0/") + '\0' +
                            "<GDepth:Format>RangeLinear</GDepth:Format><GDepth:Near>2</GDepth:Near>"
                            "<GDepth:Far>6</GDepth:Far><GDepth:Data>\n" +
                            image::base64(load(folder / "codes.png")) + "</GDepth:Data>";
    image::insert_segment(bytes, image::segment_place(bytes),
                          image::app_segment(1, image::ByteWriter().text(xmp)));
    image::save(folder / "a.jpg", bytes);
    const InverseDepth depth = read_carried_depth(folder / "a.jpg").value();
    ASSERT_EQ(depth.size(), (Size{3, 1}));
    for (int x = 0; x < 3; ++x)
        EXPECT_NEAR(depth.at(x, 0) * depth.scale + depth.offset, 1 / (2.0 + 2 * x), 2e-3) << x;
}

TEST_F(StereoFilesTest, BrokenGDepthIsRefused) {
    write_picture(folder / "a.jpg", make_left());
    std::vector<std::uint8_t> bytes = load(folder / "a.jpg");
    const std::string xmp =
        std::string("http://ns.adobe.com/xap/1.0/") + '\0' + "<x GDepth:Data='abcdefgh'/>";
    image::insert_segment(bytes, image::segment_place(bytes),
                          image::app_segment(1, image::ByteWriter().text(xmp)));
    image::save(folder / "a.jpg", bytes);
    EXPECT_THROW((void)read_carried_depth(folder / "a.jpg"), Error);
}

TEST(CarriedDepth, IsFoundInPhotosOfPhonesThatHaveIt) {
    const std::filesystem::path photos =
        std::filesystem::path(DIORAMA_SHARED_DIR) / "data" / "depth_photos";
    if (!std::filesystem::exists(photos)) GTEST_SKIP() << "no " << photos;
    EXPECT_EQ(read_carried_depth(photos / "portrait.heic"), std::nullopt);
    const std::optional<InverseDepth> depth = read_carried_depth(photos / "android_gdepth.jpg");
    ASSERT_TRUE(depth);
    const Size photo = inspect_picture(photos / "android_gdepth.jpg").size;
    EXPECT_NEAR(static_cast<double>(depth->width()) / depth->height(),
                static_cast<double>(photo.width) / photo.height, 0.02);
    const auto [low, high] = std::ranges::minmax(depth->values());
    EXPECT_GE(low, 0);
    EXPECT_LE(high, 1);
    EXPECT_GT(high - low, 0.3F);
}

TEST_F(StereoFilesTest, DepthAtInfinityIsFar) {
    const Image picture = make_left();
    InverseDepth depth(kSize, 1.0F);
    depth.at(0, 0) = 0;
    write_depth_photo(folder / "a.depth.jpg", picture, depth);
    const std::string packet = read_xmp(load(folder / "a.depth.jpg")).packet;
    EXPECT_EQ(attribute(packet, "GDepth:Near"), "1");
    EXPECT_EQ(attribute(packet, "GDepth:Far"), "1000");
}

TEST_F(StereoFilesTest, WhatIsNoPairIsRefused) {
    EXPECT_EQ(code_of([&] {
                  write_mpo(folder / "a.mpo", make_left(), make_right({64, 49}));
              }),
              ErrorCode::mismatch);
    EXPECT_EQ(code_of([&] { write_mpo(folder / "a.mpo", {}, {}); }), ErrorCode::usage);
    EXPECT_EQ(code_of([&] { write_mpo(folder / "a.mpo", make_left(), make_right(), 0); }),
              ErrorCode::usage);
    EXPECT_EQ(code_of([&] { write_vr_photo(folder / "a.vr.jpg", make_left(), make_right()); }),
              ErrorCode::usage);
    EXPECT_EQ(code_of([&] { write_mpo(folder / "none" / "a.mpo", make_left(), make_right()); }),
              ErrorCode::unwritable);
    EXPECT_TRUE(std::filesystem::is_empty(folder));
}

}  // namespace
}  // namespace diorama
