#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// The application segments of a JPEG file, which libraries for pixels leave to others.

#include <cstdint>
#include <string_view>
#include <vector>

#include "diorama/image.h"
#include "image/file_bytes.h"

namespace diorama::image {

// Bytes that grow, numbers with their highest byte first.
class ByteWriter {
 public:
    ByteWriter& u8(std::uint8_t value);
    ByteWriter& u16(std::uint16_t value);
    ByteWriter& u32(std::uint32_t value);
    ByteWriter& text(std::string_view value);  // without an end
    ByteWriter& append(const ByteWriter& other);

    [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
    [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(bytes_.size()); }

 private:
    std::vector<std::uint8_t> bytes_;
};

// The whole segment APPn for content of at most 65533 bytes.
[[nodiscard]] std::vector<std::uint8_t> app_segment(int n, const ByteWriter& content);

// The contents of all segments APPn before the pixels.
[[nodiscard]] std::vector<std::string_view> app_segments(std::string_view jpeg, int n);

// Where segments of ours belong: after those of JFIF and Exif, before all others.
[[nodiscard]] std::size_t segment_place(const std::vector<std::uint8_t>& jpeg);

void insert_segment(std::vector<std::uint8_t>& jpeg, std::size_t place,
                    const std::vector<std::uint8_t>& segment);

// A view as JPEG. Throws Error: usage, unwritable.
[[nodiscard]] std::vector<std::uint8_t> encode_jpeg(const Image& view, int quality,
                                                    const std::filesystem::path& file);

// Throws Error: usage, mismatch.
void require_alike(const Image& left, const Image& right);

}  // namespace diorama::image
