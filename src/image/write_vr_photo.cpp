#include <OpenImageIO/hash.h>
#include <OpenImageIO/strutil.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "core/temporary_file.h"
#include "diorama/stereo_files.h"
#include "image/jpeg_segments.h"

namespace diorama {
namespace image {
namespace {

// Identifiers end with a zero byte.
constexpr std::string_view kXmp{"http://ns.adobe.com/xap/1.0/\0", 29};
constexpr std::string_view kExtendedXmp{"http://ns.adobe.com/xmp/extension/\0", 35};
constexpr std::string_view kImageSpace = "http://ns.google.com/photos/1.0/image/";

// Google's readers look into the first Description alone, and for attributes alone.
std::string xmp_packet(const std::string& attributes) {
    return fmt::format(R"(<x:xmpmeta xmlns:x="adobe:ns:meta/">)"
                       R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">)"
                       R"(<rdf:Description rdf:about="" {}/></rdf:RDF></x:xmpmeta>)",
                       attributes);
}

// The middle half of a whole turn.
std::string panorama_attributes(int side, const std::string& extension_id) {
    return fmt::format(
        R"(xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" xmlns:GImage="{0}" )"
        R"(xmlns:xmpNote="http://ns.adobe.com/xmp/note/" )"
        R"(GPano:UsePanoramaViewer="True" GPano:ProjectionType="equirectangular" )"
        R"(GPano:FullPanoWidthPixels="{1}" GPano:FullPanoHeightPixels="{2}" )"
        R"(GPano:CroppedAreaImageWidthPixels="{2}" GPano:CroppedAreaImageHeightPixels="{2}" )"
        R"(GPano:CroppedAreaLeftPixels="{3}" GPano:CroppedAreaTopPixels="0" )"
        R"(GImage:Mime="image/jpeg" xmpNote:HasExtendedXMP="{4}")",
        kImageSpace, 2 * side, side, side / 2, extension_id);
}

std::string image_attributes(const std::vector<std::uint8_t>& jpeg) {
    const OIIO::string_view bytes(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
    return fmt::format(R"(xmlns:GImage="{}" GImage:Data="{}")", kImageSpace,
                       OIIO::Strutil::base64_encode(bytes));
}

// Names the extension, so that its parts are known to belong to it.
std::string id_of(const std::string& extension) {
    std::string digest = OIIO::SHA1(extension.data(), extension.size()).digest();
    digest.resize(32, '0');
    std::transform(digest.begin(), digest.end(), digest.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return digest;
}

// All segments: the packet, then the extension in parts that fit.
std::vector<std::uint8_t> xmp_segments(int side, const std::string& extension) {
    const std::string id = id_of(extension);
    std::vector<std::uint8_t> all =
        app_segment(1, ByteWriter().text(kXmp).text(xmp_packet(panorama_attributes(side, id))));
    constexpr std::size_t kPart = 65000;
    for (std::size_t at = 0; at < extension.size(); at += kPart) {
        ByteWriter part;
        part.text(kExtendedXmp).text(id);
        part.u32(static_cast<std::uint32_t>(extension.size())).u32(static_cast<std::uint32_t>(at));
        part.text(std::string_view(extension).substr(at, kPart));
        const std::vector<std::uint8_t> segment = app_segment(1, part);
        all.insert(all.end(), segment.begin(), segment.end());
    }
    return all;
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
    const std::string extension =
        image::xmp_packet(image::image_attributes(image::encode_jpeg(right, quality, file)));
    image::insert_segment(bytes, image::segment_place(bytes),
                          image::xmp_segments(left.width(), extension));
    image::write_file_bytes(file, bytes);
}

}  // namespace diorama
