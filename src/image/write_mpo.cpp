#include <array>

#include "core/temporary_file.h"
#include "diorama/stereo_files.h"
#include "image/jpeg_segments.h"

namespace diorama {
namespace image {
namespace {

// The words of CIPA DC-007-2009, Multi-Picture Format.
enum class Tag : std::uint16_t {
    version = 0xB000,
    number_of_images = 0xB001,
    entries = 0xB002,
    individual_number = 0xB101,
    base_viewpoint = 0xB204,
    convergence_angle = 0xB205,
};
enum class Type : std::uint16_t { u32 = 4, undefined = 7, signed_rational = 10 };

constexpr std::string_view kIdentifier{"MPF\0", 4};
constexpr std::string_view kVersion = "0100";
constexpr std::uint32_t kHeaderBytes = 8;  // byte order, offset of the first directory
constexpr std::uint32_t kFieldBytes = 12;
constexpr std::uint32_t kEntryBytes = 16;
constexpr std::uint32_t kRepresentative = 1U << 29U;
constexpr std::uint32_t kDisparity = 0x020002;

constexpr std::uint32_t directory_bytes(std::uint32_t fields) {
    return 2 + fields * kFieldBytes + 4;  // their number, themselves, the next directory's offset
}

void begin_header(ByteWriter& out) {
    out.text(kIdentifier).text("MM").u16(42).u32(kHeaderBytes);
}

void write_field(ByteWriter& out, Tag tag, Type type, std::uint32_t count, std::uint32_t value) {
    out.u16(static_cast<std::uint16_t>(tag)).u16(static_cast<std::uint16_t>(type));
    out.u32(count).u32(value);
}

void write_version(ByteWriter& out) {
    out.u16(static_cast<std::uint16_t>(Tag::version));
    out.u16(static_cast<std::uint16_t>(Type::undefined));
    out.u32(4).text(kVersion);
}

// Which of the views this is, counted from the left, and how it stands to the left one. `at` is the
// offset of what comes after these fields.
constexpr std::uint32_t kViewFields = 3;
void write_view_fields(ByteWriter& out, std::uint32_t number, std::uint32_t at) {
    write_field(out, Tag::individual_number, Type::u32, 1, number);
    write_field(out, Tag::base_viewpoint, Type::u32, 1, 1);
    write_field(out, Tag::convergence_angle, Type::signed_rational, 1, at);
}

// Our two eyes look straight ahead, side by side.
void write_no_convergence(ByteWriter& out) {
    out.u32(0).u32(1);
}

struct Place {
    std::uint32_t size = 0;
    std::uint32_t offset = 0;  // from the header's first byte; 0 for the first picture
};

// The segment of the first picture: the index of both, then the fields of the left view.
ByteWriter index_segment(const std::array<Place, 2>& pictures) {
    constexpr std::uint32_t kIndexFields = 3;
    constexpr std::uint32_t kEntriesAt = kHeaderBytes + directory_bytes(kIndexFields);
    constexpr std::uint32_t kViewAt = kEntriesAt + 2 * kEntryBytes;
    ByteWriter out;
    begin_header(out);
    out.u16(kIndexFields);
    write_version(out);
    write_field(out, Tag::number_of_images, Type::u32, 1, 2);
    write_field(out, Tag::entries, Type::undefined, 2 * kEntryBytes, kEntriesAt);
    out.u32(kViewAt);
    for (const Place& picture : pictures)
        out.u32(picture.offset == 0 ? kRepresentative | kDisparity : kDisparity)
            .u32(picture.size)
            .u32(picture.offset)
            .u32(0);  // depends on no other picture
    out.u16(kViewFields);
    write_view_fields(out, 1, kViewAt + directory_bytes(kViewFields));
    out.u32(0);
    write_no_convergence(out);
    return out;
}

ByteWriter right_segment() {
    constexpr std::uint32_t kFields = 1 + kViewFields;
    ByteWriter out;
    begin_header(out);
    out.u16(kFields);
    write_version(out);
    write_view_fields(out, 2, kHeaderBytes + directory_bytes(kFields));
    out.u32(0);
    write_no_convergence(out);
    return out;
}

}  // namespace
}  // namespace image

void write_mpo(const std::filesystem::path& file, const Image& left, const Image& right,
               int quality) {
    image::require_alike(left, right);
    core::require_writable(file);
    std::vector<std::uint8_t> bytes = image::encode_jpeg(left, quality, file);
    std::vector<std::uint8_t> second = image::encode_jpeg(right, quality, file);
    image::insert_segment(second, image::segment_place(second),
                          image::app_segment(2, image::right_segment()));

    const std::size_t place = image::segment_place(bytes);
    const std::size_t header = place + 4 + image::kIdentifier.size();
    const auto first_size = static_cast<std::uint32_t>(
        bytes.size() + image::app_segment(2, image::index_segment({})).size());
    const image::ByteWriter index =
        image::index_segment({{{first_size, 0},
                               {static_cast<std::uint32_t>(second.size()),
                                static_cast<std::uint32_t>(first_size - header)}}});
    image::insert_segment(bytes, place, image::app_segment(2, index));
    bytes.insert(bytes.end(), second.begin(), second.end());
    image::write_file_bytes(file, bytes);
}

}  // namespace diorama
