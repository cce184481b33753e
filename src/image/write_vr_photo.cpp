#include <fmt/format.h>

#include "core/temporary_file.h"
#include "diorama/stereo_files.h"
#include "image/jpeg_segments.h"
#include "image/xmp.h"

namespace diorama {
namespace image {
namespace {

constexpr const char* kImageSpace = R"(xmlns:GImage="http://ns.google.com/photos/1.0/image/")";

// The middle half of a whole turn.
std::string panorama_attributes(int side) {
    return fmt::format(
        R"(xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" {0} )"
        R"(GPano:UsePanoramaViewer="True" GPano:ProjectionType="equirectangular" )"
        R"(GPano:FullPanoWidthPixels="{1}" GPano:FullPanoHeightPixels="{2}" )"
        R"(GPano:CroppedAreaImageWidthPixels="{2}" GPano:CroppedAreaImageHeightPixels="{2}" )"
        R"(GPano:CroppedAreaLeftPixels="{3}" GPano:CroppedAreaTopPixels="0" )"
        R"(GImage:Mime="image/jpeg")",
        kImageSpace, 2 * side, side, side / 2);
}

}  // namespace
}  // namespace image

void write_vr_photo(const std::filesystem::path& file, const Image& left, const Image& right,
                    int quality) {
    image::require_alike(left, right);
    if (left.width() != left.height())
        throw Error(ErrorCode::usage,
                    fmt::format("a view of {}×{} is no half sphere, which is square", left.width(),
                                left.height()));
    core::require_writable(file);
    std::vector<std::uint8_t> bytes = image::encode_jpeg(left, quality, file);
    const std::string right_jpeg = image::base64(image::encode_jpeg(right, quality, file));
    image::insert_segment(
        bytes, image::segment_place(bytes),
        image::xmp_segments(image::panorama_attributes(left.width()),
                            fmt::format(R"({} GImage:Data="{}")", image::kImageSpace, right_jpeg)));
    image::write_file_bytes(file, bytes);
}

}  // namespace diorama
