#include "image/encode.h"

#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>
#include <fmt/format.h>
#include <webp/encode.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/parallel.h"
#include "diorama/picture.h"
#include "image/develop.h"

namespace diorama::image {
namespace {

const char* writer_name(Format format) {
    return format == Format::exr ? "openexr" : name_of(format).data();
}

OIIO::TypeDesc type_of(SampleFormat format) {
    switch (format) {
        case SampleFormat::u8:
            return OIIO::TypeUInt8;
        case SampleFormat::u16:
            return OIIO::TypeUInt16;
        case SampleFormat::f32:
            break;
    }
    return OIIO::TypeFloat;
}

// A file in memory that is written at any place, as TIFF needs.
class MemoryTarget final : public OIIO::Filesystem::IOProxy {
 public:
    MemoryTarget() : IOProxy("", Write) {}
    const char* proxytype() const override { return "diorama memory"; }
    std::size_t size() const override { return bytes.size(); }
    bool seek(std::int64_t place) override {
        m_pos = place;
        return place >= 0;
    }
    std::size_t write(const void* data, std::size_t count) override {
        const std::size_t written = pwrite(data, count, m_pos);
        m_pos += static_cast<std::int64_t>(written);
        return written;
    }
    std::size_t pwrite(const void* data, std::size_t count, std::int64_t place) override {
        const auto begin = static_cast<std::size_t>(place);
        if (begin + count > bytes.size()) bytes.resize(begin + count);
        std::memcpy(bytes.data() + begin, data, count);
        return count;
    }

    std::vector<std::uint8_t> bytes;
};

// One file being written into memory, from top to bottom.
class Writer {
 public:
    Writer(Format format, const OIIO::ImageSpec& spec, const std::filesystem::path& file)
        : file_(file), output_(OIIO::ImageOutput::create(writer_name(format))) {
        OIIO::ImageSpec with_target = spec;
        OIIO::Filesystem::IOProxy* proxy = &target_;
        with_target.attribute("oiio:ioproxy", OIIO::TypeDesc::PTR, &proxy);
        // The samples handed over are what the file shall hold.
        with_target.attribute("oiio:UnassociatedAlpha", 1);
        if (!output_ || !output_->open(file.string(), with_target)) fail();
    }

    void write_rows(int begin, int end, OIIO::TypeDesc type, const void* samples) {
        if (!output_->write_scanlines(begin, end, 0, type, samples)) fail();
    }

    std::vector<std::uint8_t> finish() {
        if (!output_->close()) fail();
        return std::move(target_.bytes);
    }

 private:
    [[noreturn]] void fail() const {
        const std::string reason = output_ ? output_->geterror() : OIIO::geterror();
        throw Error(ErrorCode::unwritable, "cannot be encoded: " + flattened(reason),
                    file_.string());
    }

    std::filesystem::path file_;
    MemoryTarget target_;
    std::unique_ptr<OIIO::ImageOutput> output_;  // after the target: it may write until destroyed
};

OIIO::ImageSpec make_spec(Format format, Size size, int channels, OIIO::TypeDesc type,
                          const EncodeOptions& options) {
    OIIO::ImageSpec spec(size.width, size.height, channels, type);
    if (channels == 1) spec.channelnames = {"Y"};
    // In TIFF a colour space would need an EXIF directory, for which OpenImageIO reads back the
    // file.
    if (format != Format::tiff)
        spec.attribute("oiio:ColorSpace", format == Format::exr ? "Linear" : "sRGB");
    switch (format) {
        case Format::jpeg:
            spec.attribute("Compression", fmt::format("jpeg:{}", options.quality));
            // At high quality the eye finds halved colour sooner than anything else.
            spec.attribute("jpeg:subsampling", options.quality >= 90 ? "4:4:4" : "4:2:0");
            break;
        case Format::png:
            // Half the time of zlib's own choice for a twentieth more bytes.
            spec.attribute("png:compressionLevel", 4);
            break;
        case Format::tiff:
            spec.attribute("Compression", "zip");
            break;
        case Format::exr:
            spec.attribute("Compression", "zip");
            break;
        default:
            break;
    }
    for (const auto& [key, value] : options.notes) spec.attribute(key, value);
    return spec;
}

// OpenImageIO 2.4 divides straight colours by their alpha once more on the way to WebP.
std::vector<std::uint8_t> encode_webp(const Raster& raster, const EncodeOptions& options,
                                      const std::filesystem::path& file) {
    if (std::max(raster.size.width, raster.size.height) > WEBP_MAX_DIMENSION)
        throw Error(ErrorCode::unwritable,
                    fmt::format("cannot be encoded as WebP, which holds at most {0}×{0} pixels",
                                WEBP_MAX_DIMENSION),
                    file.string());
    WebPConfig config;
    WebPPicture picture;
    const auto require = [&](bool done) {
        if (!done)
            throw Error(ErrorCode::unwritable,
                        fmt::format("cannot be encoded as WebP (libwebp's error {})",
                                    static_cast<int>(picture.error_code)),
                        file.string());
    };
    if (!WebPPictureInit(&picture) ||
        !WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, static_cast<float>(options.quality)))
        throw Error(ErrorCode::unwritable, "cannot be encoded: another libwebp than was built with",
                    file.string());
    config.method = options.webp_effort;
    const std::unique_ptr<WebPPicture, decltype(&WebPPictureFree)> own_picture(&picture,
                                                                               WebPPictureFree);
    WebPMemoryWriter written;
    WebPMemoryWriterInit(&written);
    const std::unique_ptr<WebPMemoryWriter, decltype(&WebPMemoryWriterClear)> own_bytes(
        &written, WebPMemoryWriterClear);
    picture.width = raster.size.width;
    picture.height = raster.size.height;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &written;
    const auto import_samples = raster.channels == 4 ? WebPPictureImportRGBA : WebPPictureImportRGB;
    require(import_samples(&picture, static_cast<const std::uint8_t*>(raster.samples),
                           raster.size.width * raster.channels));
    require(WebPEncode(&config, &picture));
    return {written.mem, written.mem + written.size};
}

// OpenEXR holds light: linear and premultiplied. A band of rows at a time, so that no second whole
// picture is made.
std::vector<std::uint8_t> encode_light(const Image& image, const EncodeOptions& options,
                                       const std::filesystem::path& file) {
    const bool wide = image.sample_type() == SampleType::u16;
    const int channels = image.channels();
    const float full = wide ? 65535.0F : 255.0F;
    // Half floats hold 8 bits exactly enough; 16 bits need whole ones.
    Writer writer(Format::exr,
                  make_spec(Format::exr, image.size(), channels,
                            wide ? OIIO::TypeFloat : OIIO::TypeHalf, options),
                  file);
    constexpr int kBandRows = 128;
    const std::size_t row_samples = static_cast<std::size_t>(image.width()) * channels;
    std::vector<float> band(row_samples * kBandRows);
    std::vector<float> light_of_sample(static_cast<std::size_t>(full) + 1);
    for (std::size_t i = 0; i < light_of_sample.size(); ++i)
        light_of_sample[i] = decode_srgb(static_cast<float>(i) / full);
    const auto write_light_row = [&](const auto* in, float* out) {
        for (int x = 0; x < image.width(); ++x, in += channels, out += channels) {
            const float alpha = channels == 4 ? static_cast<float>(in[3]) / full : 1.0F;
            for (int c = 0; c < 3; ++c) out[c] = light_of_sample[in[c]] * alpha;
            if (channels == 4) out[3] = alpha;
        }
    };
    for (int top = 0; top < image.height(); top += kBandRows) {
        const int rows = std::min(kBandRows, image.height() - top);
        core::parallel_rows({}, rows, [&](int begin, int end) {
            for (int y = begin; y < end; ++y) {
                float* out = band.data() + static_cast<std::size_t>(y) * row_samples;
                if (wide)
                    write_light_row(image.row<std::uint16_t>(top + y), out);
                else
                    write_light_row(image.row<std::uint8_t>(top + y), out);
            }
        });
        writer.write_rows(top, top + rows, OIIO::TypeFloat, band.data());
    }
    return writer.finish();
}

Image without_alpha(const Image& image) {
    const Image over_black = premultiply(image);
    Image result(image.size(), image.sample_type(), AlphaKind::none);
    const auto copy_colours = [&](const auto* in, auto* out) {
        for (int x = 0; x < image.width(); ++x) std::copy_n(in + 4 * x, 3, out + 3 * x);
    };
    core::parallel_rows({}, image.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            if (image.sample_type() == SampleType::u8)
                copy_colours(over_black.row<std::uint8_t>(y), result.row<std::uint8_t>(y));
            else
                copy_colours(over_black.row<std::uint16_t>(y), result.row<std::uint16_t>(y));
        }
    });
    return result;
}

}  // namespace

Raster raster_of(const Image& image) {
    return {.size = image.size(),
            .format = image.sample_type() == SampleType::u8 ? SampleFormat::u8 : SampleFormat::u16,
            .channels = image.channels(),
            .samples = image.data()};
}

Format require_writable_format(const std::filesystem::path& file) {
    const auto format = format_of_ending(file);
    if (format && *format != Format::gif && *format != Format::heic && *format != Format::avif)
        return *format;
    throw Error(ErrorCode::unsupported,
                fmt::format("pictures are not written as '{}'; end the name in .png, .jpg, .webp, "
                            ".tif, .exr or .bmp",
                            file.extension().string()),
                file.string());
}

std::vector<std::uint8_t> encode(Format format, const Raster& raster, const EncodeOptions& options,
                                 const std::filesystem::path& file) {
    if (format == Format::webp) return encode_webp(raster, options, file);
    const OIIO::TypeDesc type = type_of(raster.format);
    Writer writer(format, make_spec(format, raster.size, raster.channels, type, options), file);
    writer.write_rows(0, raster.size.height, type, raster.samples);
    return writer.finish();
}

std::vector<std::uint8_t> encode_image(Format format, const Image& image,
                                       const EncodeOptions& options,
                                       const std::filesystem::path& file) {
    if (image.alpha() == AlphaKind::premultiplied && format != Format::jpeg &&
        format != Format::bmp)
        return encode_image(format, unpremultiply(image), options, file);
    if (format == Format::exr) return encode_light(image, options, file);
    if (image.alpha() != AlphaKind::none && (format == Format::jpeg || format == Format::bmp))
        return encode_image(format, without_alpha(image), options, file);
    const bool narrow = format != Format::png && format != Format::tiff;
    if (narrow && image.sample_type() == SampleType::u16)
        return encode_image(format, convert(image, SampleType::u8), options, file);
    return encode(format, raster_of(image), options, file);
}

}  // namespace diorama::image
