#include "image/jpeg_segments.h"

#include <fmt/format.h>

#include "image/encode.h"

namespace diorama::image {

ByteWriter& ByteWriter::u8(std::uint8_t value) {
    bytes_.push_back(value);
    return *this;
}

ByteWriter& ByteWriter::u16(std::uint16_t value) {
    return u8(static_cast<std::uint8_t>(value >> 8U)).u8(static_cast<std::uint8_t>(value));
}

ByteWriter& ByteWriter::u32(std::uint32_t value) {
    return u16(static_cast<std::uint16_t>(value >> 16U)).u16(static_cast<std::uint16_t>(value));
}

ByteWriter& ByteWriter::text(std::string_view value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
}

ByteWriter& ByteWriter::append(const ByteWriter& other) {
    bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
    return *this;
}

std::vector<std::uint8_t> app_segment(int n, const ByteWriter& content) {
    return ByteWriter()
        .u8(0xFF)
        .u8(static_cast<std::uint8_t>(0xE0 + n))
        .u16(static_cast<std::uint16_t>(content.size() + 2))
        .append(content)
        .bytes();
}

std::vector<std::string_view> app_segments(std::string_view jpeg, int n) {
    constexpr std::uint8_t kStartOfScan = 0xDA;
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(jpeg[at]); };
    std::vector<std::string_view> found;
    std::size_t at = 2;  // after the mark that begins the file
    while (at + 4 <= jpeg.size() && byte(at) == 0xFF && byte(at + 1) != kStartOfScan) {
        const std::size_t length = std::size_t{byte(at + 2)} * 256 + byte(at + 3);
        if (length < 2) break;
        if (byte(at + 1) == 0xE0 + n) found.push_back(jpeg.substr(at + 4, length - 2));
        at += 2 + length;
    }
    return found;
}

std::size_t segment_place(const std::vector<std::uint8_t>& jpeg) {
    std::size_t place = 2;  // after the mark that begins the file
    while (place + 4 <= jpeg.size() && jpeg[place] == 0xFF &&
           (jpeg[place + 1] == 0xE0 || jpeg[place + 1] == 0xE1))
        place += 2 + std::size_t{jpeg[place + 2]} * 256 + jpeg[place + 3];
    return place;
}

void insert_segment(std::vector<std::uint8_t>& jpeg, std::size_t place,
                    const std::vector<std::uint8_t>& segment) {
    jpeg.insert(jpeg.begin() + static_cast<std::ptrdiff_t>(place), segment.begin(), segment.end());
}

std::vector<std::uint8_t> encode_jpeg(const Image& view, int quality,
                                      const std::filesystem::path& file) {
    if (view.empty()) throw Error(ErrorCode::usage, "an empty picture cannot be written");
    if (quality < 1 || quality > 100)
        throw Error(ErrorCode::usage, fmt::format("quality {} is not from 1 to 100", quality));
    return encode_image(Format::jpeg, view, {.quality = quality}, file);
}

void require_alike(const Image& left, const Image& right) {
    if (left.size() == right.size()) return;
    throw Error(ErrorCode::mismatch,
                fmt::format("the left view is {}×{} but the right one {}×{}", left.width(),
                            left.height(), right.width(), right.height()));
}

}  // namespace diorama::image
