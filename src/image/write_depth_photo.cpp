#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/temporary_file.h"
#include "diorama/stereo_files.h"
#include "image/encode.h"
#include "image/jpeg_segments.h"
#include "image/samples.h"
#include "image/xmp.h"

namespace diorama {
namespace image {
namespace {

constexpr const char* kDepthSpace = R"(xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/")";
// Where a network puts the far end at infinity, or beyond it.
constexpr double kMostFarOfNear = 1000;

// GDepth's RangeInverse: linear in inverse depth, 0 for the nearest and 1 for the farthest.
struct Range {
    float low = 0;
    float high = 1;

    [[nodiscard]] std::uint16_t code(float value) const {
        return sample_of<std::uint16_t>((high - value) / (high - low));
    }
};

Range range_of(const InverseDepth& depth) {
    const auto [low, high] = std::ranges::minmax(depth.values());
    if (!std::isfinite(low) || !std::isfinite(high))
        throw Error(ErrorCode::unwritable, "has depths that are not finite");
    return {low, high > low ? high : low + 1};
}

std::vector<std::uint8_t> encode_depth(const InverseDepth& depth, const Range& range,
                                       const std::filesystem::path& file) {
    std::vector<std::uint16_t> codes;
    codes.reserve(depth.values().size());
    for (const float value : depth.values()) codes.push_back(range.code(value));
    return encode(
        Format::png,
        {.size = depth.size(), .format = SampleFormat::u16, .channels = 1, .samples = codes.data()},
        {}, file);
}

// Distances as the network means them: the inverse of value·scale + offset, in no unit.
std::string depth_attributes(const InverseDepth& depth, const Range& range) {
    const auto inverse = [&](float value) { return double{value} * depth.scale + depth.offset; };
    const double near = 1 / std::max(inverse(range.high), 1e-6);
    const double far = 1 / std::max(inverse(range.low), 1 / (near * kMostFarOfNear));
    return fmt::format(
        R"({} GDepth:Format="RangeInverse" GDepth:Near="{:.6g}" GDepth:Far="{:.6g}" )"
        R"(GDepth:Mime="image/png")",
        kDepthSpace, near, far);
}

}  // namespace
}  // namespace image

void write_depth_photo(const std::filesystem::path& file, const Image& picture,
                       const InverseDepth& depth, int quality) {
    if (picture.size() != depth.size())
        throw Error(ErrorCode::mismatch,
                    fmt::format("the depth is {}×{} but the picture {}×{}", depth.width(),
                                depth.height(), picture.width(), picture.height()));
    core::require_writable(file);
    std::vector<std::uint8_t> bytes = image::encode_jpeg(picture, quality, file);
    const image::Range range = image::range_of(depth);
    const std::string map = image::base64(image::encode_depth(depth, range, file));
    image::insert_segment(
        bytes, image::segment_place(bytes),
        image::xmp_segments(image::depth_attributes(depth, range),
                            fmt::format(R"({} GDepth:Data="{}")", image::kDepthSpace, map)));
    image::write_file_bytes(file, bytes);
}

}  // namespace diorama
