#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "diorama/image.h"
#include "diorama/picture.h"
#include "image/file_bytes.h"
#include "image/file_format.h"

namespace diorama::image {

enum class SampleFormat : std::uint8_t { u8, u16, f32 };

// cmyk counts ink: 0 is none.
enum class ColourModel : std::uint8_t { grey, rgb, cmyk };

// A picture as its file holds it, before colours and orientation are made ours. Interleaved, rows
// from top to bottom without gaps; alpha comes last. f32 is linear light or plain data.
struct StoredPicture {
    Size size{};
    SampleFormat format = SampleFormat::u8;
    ColourModel model = ColourModel::rgb;
    AlphaKind alpha = AlphaKind::none;
    int orientation = 1;                         // as EXIF counts, 1…8
    std::vector<std::uint8_t> profile{};         // ICC; empty: sRGB
    std::map<std::string, std::string> notes{};  // the file's texts under keys of ours
    std::vector<std::uint8_t> samples{};

    [[nodiscard]] int colour_channels() const;
    [[nodiscard]] int channels() const {
        return colour_channels() + (alpha == AlphaKind::none ? 0 : 1);
    }
    [[nodiscard]] std::size_t row_samples() const {
        return static_cast<std::size_t>(size.width) * channels();
    }
    [[nodiscard]] std::size_t row_bytes() const;
    // Makes room for the samples once the members above are known.
    void allocate() { samples.resize(row_bytes() * static_cast<std::size_t>(size.height)); }

    template <class T>
    [[nodiscard]] T* row(int y) {
        return reinterpret_cast<T*>(samples.data() + static_cast<std::size_t>(y) * row_bytes());
    }
    template <class T>
    [[nodiscard]] const T* row(int y) const {
        return reinterpret_cast<const T*>(samples.data() +
                                          static_cast<std::size_t>(y) * row_bytes());
    }
};

// Prefix of the keys in StoredPicture::notes and in the files that we write.
inline constexpr std::string_view kNotePrefix = "diorama:";

struct StoredHeader {
    Size size{};          // as stored, before orientation
    int orientation = 1;  // as EXIF counts, 1…8
    int frames = 1;
};

// Which channels of a file with named channels are asked for.
enum class Channels : std::uint8_t {
    colour,  // R, G, B and A, else Y, else the first
    depth,   // a single one: depth, Z or Y, else R, else the first
};

// Reads one file: the header when it is made, the pixels on demand. What it throws is Error:
// unreadable, unsupported, too_large. The bytes must outlive it.
class Decoder {
 public:
    Decoder() = default;
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;
    virtual ~Decoder() = default;

    [[nodiscard]] const StoredHeader& header() const { return header_; }
    virtual StoredPicture decode() = 0;

 protected:
    StoredHeader header_;
};

std::unique_ptr<Decoder> open_jpeg(const FileBytes& file, const PictureLimits& limits);
std::unique_ptr<Decoder> open_png(const FileBytes& file, const PictureLimits& limits);
std::unique_ptr<Decoder> open_webp(const FileBytes& file, const PictureLimits& limits);
std::unique_ptr<Decoder> open_heif(const FileBytes& file, Format format,
                                   const PictureLimits& limits);
// TIFF, OpenEXR, BMP and GIF.
std::unique_ptr<Decoder> open_by_openimageio(const FileBytes& file, Format format,
                                             Channels channels, const PictureLimits& limits);

// Throws Error: unreadable or unsupported also for content of no known format.
Format require_known_format(const FileBytes& file);
std::unique_ptr<Decoder> open_picture(const FileBytes& file, Format format, Channels channels,
                                      const PictureLimits& limits);

// The orientation in an EXIF block (from its byte-order mark on); 1 where it has none.
int orientation_in_exif(std::span<const std::uint8_t> exif);

}  // namespace diorama::image
