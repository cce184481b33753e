#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/image/README.md

// Picture files. Reading accepts JPEG, PNG, WebP, TIFF, OpenEXR, HEIC/AVIF, BMP and GIF, known by
// their content and not by their name. Writing chooses the format by the ending, writes beside the
// target and renames, so that no half-written file is left behind.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"

namespace diorama {

struct PictureLimits {
    std::int64_t max_pixels = 300'000'000;  // checked against the header, before decoding
};

// The picture as sRGB RGB, or RGBA with straight alpha where the file has alpha; 8 bits a channel
// where the file has 8 or fewer, else 16. The EXIF orientation is applied, grey, palette and CMYK
// become RGB, and colours of an embedded ICC profile are converted to sRGB. Float files (EXR) are
// taken as linear light and clipped to 0…1. Of an animation the first frame is read.
// Throws Error: not_found, unreadable, unsupported, too_large.
[[nodiscard]] DIORAMA_API Image read_picture(const std::filesystem::path& file,
                                             const PictureLimits& limits = {});

// Only the header of a picture that read_picture accepts.
struct PictureInfo {
    Size size{};           // after orientation
    std::string format{};  // "jpeg", "png", ...
    int frames = 1;        // more for an animation
};
[[nodiscard]] DIORAMA_API PictureInfo inspect_picture(const std::filesystem::path& file,
                                                      const PictureLimits& limits = {});

// Writes .png, .jpg, .webp, .tif, .exr or .bmp. Premultiplied alpha is stored straight; a format
// without alpha gets the colours over black. `quality` is for JPEG and WebP, 1…100.
// Throws Error: usage, unsupported, unwritable.
DIORAMA_API void write_picture(const std::filesystem::path& file, const Image& image,
                               int quality = 95);

// Inverse depth as 16-bit grey PNG (near = bright; scale and offset to the stored range lie in the
// file's metadata, so that reading gives back the values written to within 1/65535 of their span)
// or as 32-bit float .exr (exact). Throws Error: usage for an empty map, unsupported, unwritable
// (also for values that are not finite); so do write_matte and write_confidence.
DIORAMA_API void write_inverse_depth(const std::filesystem::path& file, const InverseDepth& depth);

// Reads what write_inverse_depth wrote, or any grey or colour picture as near = bright, or of an
// EXR the channel whose name says depth, else Z, Y, R or the first. No colour profile is applied.
// Throws Error as read_picture, and unreadable for NaN or infinite values.
[[nodiscard]] DIORAMA_API InverseDepth read_inverse_depth(const std::filesystem::path& file,
                                                          const PictureLimits& limits = {});

// A matte file: the alpha channel where the file has one that is not fully opaque, else the
// brightness. Throws Error as read_picture.
[[nodiscard]] DIORAMA_API Matte read_matte(const std::filesystem::path& file,
                                           const PictureLimits& limits = {});

// 8-bit grey (.exr: float), white = subject.
DIORAMA_API void write_matte(const std::filesystem::path& file, const Matte& matte);

// 8-bit grey (.exr: float), white = sure.
DIORAMA_API void write_confidence(const std::filesystem::path& file, const Confidence& confidence);

// One layer of a layered file, listed from the bottom up.
struct PictureLayer {
    std::string name{};
    Image image{};  // RGBA
    int x = 0;      // of the layer's top left pixel on the canvas
    int y = 0;
    double opacity = 1.0;
};

// An OpenRaster file (.ora; Krita and GIMP open it): the layers, the merged image and the
// thumbnail that its specification asks for. `merged` has the canvas's size.
// Throws Error: usage for an empty picture, unwritable.
DIORAMA_API void write_openraster(const std::filesystem::path& file,
                                  const std::vector<PictureLayer>& layers, const Image& merged);

// The same picture with alpha of the other kind, or in the other sample type, or of another size
// (area average when it shrinks, cubic when it grows; alpha-correct).
[[nodiscard]] DIORAMA_API Image premultiply(const Image& image);
[[nodiscard]] DIORAMA_API Image unpremultiply(const Image& image);
[[nodiscard]] DIORAMA_API Image convert(const Image& image, SampleType type);
[[nodiscard]] DIORAMA_API Image resize(const Image& image, Size size);

// A colour word ("white", "black", "grey", ...) or #rgb, #rrggbb, #rrggbbaa.
struct Colour {
    std::uint8_t r = 0, g = 0, b = 0, a = 255;
    friend bool operator==(const Colour&, const Colour&) = default;
};
// Throws Error: usage, for text that is no colour.
[[nodiscard]] DIORAMA_API Colour parse_colour(std::string_view text);

}  // namespace diorama
