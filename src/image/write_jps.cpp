#include "core/temporary_file.h"
#include "diorama/stereo_files.h"
#include "image/jpeg_segments.h"

namespace diorama {
namespace image {
namespace {

constexpr std::uint8_t kStereoscopic = 1;
enum class Arrangement : std::uint8_t { side_by_side = 2, over_under = 3 };
enum Flags : std::uint8_t { half_height = 1, half_width = 2, left_first = 4 };

struct Description {
    Arrangement arrangement = Arrangement::side_by_side;
    std::uint8_t flags = 0;
};

Description describe(JpsLayout layout) {
    switch (layout) {
        case JpsLayout::crossed:
            break;
        case JpsLayout::side_by_side:
            return {Arrangement::side_by_side, left_first};
        case JpsLayout::half_side_by_side:
            return {Arrangement::side_by_side, left_first | half_width};
        case JpsLayout::top_bottom:
            return {Arrangement::over_under, left_first};
        case JpsLayout::half_top_bottom:
            return {Arrangement::over_under, left_first | half_height};
    }
    return {};
}

// As VRex laid it down: identifier, the descriptor's size and itself, the size of no comment.
ByteWriter jps_segment(JpsLayout layout) {
    const Description description = describe(layout);
    constexpr std::uint8_t kNoSeparation = 0;
    ByteWriter out;
    out.text("_JPSJPS_").u16(4);
    out.u8(kNoSeparation).u8(description.flags);
    out.u8(static_cast<std::uint8_t>(description.arrangement)).u8(kStereoscopic);
    out.u16(0);
    return out;
}

}  // namespace
}  // namespace image

void write_jps(const std::filesystem::path& file, const Image& packed, JpsLayout layout,
               int quality) {
    core::require_writable(file);
    std::vector<std::uint8_t> bytes = image::encode_jpeg(packed, quality, file);
    image::insert_segment(bytes, image::segment_place(bytes),
                          image::app_segment(3, image::jps_segment(layout)));
    image::write_file_bytes(file, bytes);
}

}  // namespace diorama
