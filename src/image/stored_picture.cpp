#include "image/stored_picture.h"

#include <OpenImageIO/imageio.h>
#include <OpenImageIO/tiffutils.h>
#include <fmt/format.h>

namespace diorama::image {

int StoredPicture::colour_channels() const {
    switch (model) {
        case ColourModel::grey:
            return 1;
        case ColourModel::rgb:
            return 3;
        case ColourModel::cmyk:
            return 4;
    }
    return 0;
}

std::size_t StoredPicture::row_bytes() const {
    const std::size_t sample_bytes = format == SampleFormat::u8    ? 1
                                     : format == SampleFormat::u16 ? 2
                                                                   : 4;
    return row_samples() * sample_bytes;
}

Format require_known_format(const FileBytes& file) {
    if (const auto format = format_of_content(file.bytes)) return *format;
    constexpr std::string_view kKnown = "JPEG, PNG, WebP, TIFF, OpenEXR, HEIC, AVIF, BMP or GIF";
    if (format_of_ending(file.path))
        throw Error(ErrorCode::unreadable,
                    fmt::format("its name ends as a picture's, but its content is no {}", kKnown),
                    file.path.string());
    throw Error(ErrorCode::unsupported, fmt::format("is no {}; convert it to one first", kKnown),
                file.path.string());
}

std::unique_ptr<Decoder> open_picture(const FileBytes& file, Format format, Channels channels,
                                      const PictureLimits& limits) {
    switch (format) {
        case Format::jpeg:
            return open_jpeg(file, limits);
        case Format::png:
            return open_png(file, limits);
        case Format::webp:
            return open_webp(file, limits);
        case Format::heic:
        case Format::avif:
            return open_heif(file, format, limits);
        default:
            return open_by_openimageio(file, format, channels, limits);
    }
}

int orientation_in_exif(std::span<const std::uint8_t> exif) {
    OIIO::ImageSpec spec;
    if (exif.size() < 8 ||
        !OIIO::decode_exif(OIIO::cspan<std::uint8_t>(exif.data(), exif.size()), spec))
        return 1;
    const int orientation = spec.get_int_attribute("Orientation", 1);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

}  // namespace diorama::image
