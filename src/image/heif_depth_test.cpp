// HEIC and AVIF that carry depth. libheif writes no such files, but it writes alpha as a picture
// beside the photo, whose name alone says what it means.

#include <gtest/gtest.h>
#include <libheif/heif.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "diorama/carried_depth.h"
#include "diorama/picture.h"

namespace diorama {
namespace {

constexpr Size kPhoto{64, 48};
constexpr std::string_view kAlpha = "urn:mpeg:hevc:2015:auxid:1";
constexpr std::string_view kDepth = "urn:mpeg:hevc:2015:auxid:2";

template <auto release>
struct Release {
    template <class T>
    void operator()(T* thing) const {
        release(thing);
    }
};

int depth_code_at(int x) {
    return 3 * x + 20;
}

std::unique_ptr<heif_image, Release<heif_image_release>> make_photo() {
    heif_image* image = nullptr;
    heif_image_create(kPhoto.width, kPhoto.height, heif_colorspace_RGB,
                      heif_chroma_interleaved_RGBA, &image);
    heif_image_add_plane(image, heif_channel_interleaved, kPhoto.width, kPhoto.height, 8);
    int stride = 0;
    std::uint8_t* row = heif_image_get_plane(image, heif_channel_interleaved, &stride);
    for (int y = 0; y < kPhoto.height; ++y, row += stride)
        for (int x = 0; x < kPhoto.width; ++x) {
            std::fill_n(row + 4 * x, 3, std::uint8_t{120});
            row[4 * x + 3] = static_cast<std::uint8_t>(depth_code_at(x));
        }
    return std::unique_ptr<heif_image, Release<heif_image_release>>(image);
}

// Empty where libheif has no encoder.
std::string encode() {
    const std::unique_ptr<heif_context, Release<heif_context_free>> context(heif_context_alloc());
    heif_encoder* found = nullptr;
    if (heif_context_get_encoder_for_format(context.get(), heif_compression_HEVC, &found).code !=
        heif_error_Ok)
        return {};
    const std::unique_ptr<heif_encoder, Release<heif_encoder_release>> encoder(found);
    heif_encoder_set_lossy_quality(found, 95);
    const auto photo = make_photo();
    heif_image_handle* handle = nullptr;
    if (heif_context_encode_image(context.get(), photo.get(), found, nullptr, &handle).code !=
        heif_error_Ok)
        return {};
    heif_image_handle_release(handle);
    std::string bytes;
    heif_writer writer{};
    writer.writer_api_version = 1;
    writer.write = [](heif_context*, const void* data, std::size_t count, void* target) {
        static_cast<std::string*>(target)->assign(static_cast<const char*>(data), count);
        return heif_error{heif_error_Ok, heif_suberror_Unspecified, ""};
    };
    heif_context_write(context.get(), &writer, &bytes);
    return bytes;
}

class HeifDepth : public testing::Test {
 protected:
    std::filesystem::path file_ = std::filesystem::temp_directory_path() /
                                  ("diorama-heif-depth-" + std::to_string(getpid()) + ".heic");

    void TearDown() override { std::filesystem::remove(file_); }
    void save(const std::string& bytes) const { std::ofstream(file_, std::ios::binary) << bytes; }
};

TEST_F(HeifDepth, OfTheAuxiliaryImageIsRead) {
    std::string bytes = encode();
    if (bytes.empty()) GTEST_SKIP() << "libheif has no HEVC encoder here";
    save(bytes);
    EXPECT_EQ(read_carried_depth(file_), std::nullopt) << "alpha is no depth";

    const std::size_t name = bytes.find(kAlpha);
    ASSERT_NE(name, std::string::npos);
    bytes.replace(name, kAlpha.size(), kDepth);
    save(bytes);
    const std::optional<InverseDepth> depth = read_carried_depth(file_);
    ASSERT_TRUE(depth.has_value());
    ASSERT_EQ(depth->size(), kPhoto);
    for (int x = 4; x < kPhoto.width - 4; ++x)
        EXPECT_NEAR(depth->at(x, kPhoto.height / 2) * 255, depth_code_at(x), 4) << x;
    EXPECT_EQ(read_picture(file_).alpha(), AlphaKind::none);
}

}  // namespace
}  // namespace diorama
