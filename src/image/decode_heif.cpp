#include <libheif/heif.h>

#include <cstring>

#include "image/colour_profile.h"
#include "image/stored_picture.h"

namespace diorama::image {
namespace {

struct FreeContext {
    void operator()(heif_context* context) const { heif_context_free(context); }
};
struct FreeHandle {
    void operator()(heif_image_handle* handle) const { heif_image_handle_release(handle); }
};
struct FreeImage {
    void operator()(heif_image* image) const { heif_image_release(image); }
};

// HEIC and AVIF. libheif applies rotation and mirroring itself, and the EXIF block of such files
// repeats what is done already: the orientation stays 1.
class HeifDecoder final : public Decoder {
 public:
    HeifDecoder(const FileBytes& file, Format format, const PictureLimits& limits)
        : file_(file), format_(format), context_(heif_context_alloc()) {
        check(heif_context_read_from_memory_without_copy(context_.get(), file.bytes.data(),
                                                         file.bytes.size(), nullptr));
        heif_image_handle* handle = nullptr;
        check(heif_context_get_primary_image_handle(context_.get(), &handle));
        handle_.reset(handle);
        const int width = heif_image_handle_get_width(handle);
        const int height = heif_image_handle_get_height(handle);
        require_allowed_size(file_, width, height, limits);
        header_.size = {width, height};
    }

    StoredPicture decode() override {
        const bool wide = heif_image_handle_get_luma_bits_per_pixel(handle_.get()) > 8;
        const bool alpha = heif_image_handle_has_alpha_channel(handle_.get()) != 0;
        StoredPicture picture{.size = header_.size,
                              .format = wide ? SampleFormat::u16 : SampleFormat::u8,
                              .alpha = alpha_kind(alpha),
                              .profile = find_profile()};
        const heif_chroma chroma =
            wide ? (alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE)
                 : (alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB);
        heif_image* decoded = nullptr;
        check(heif_decode_image(handle_.get(), &decoded, heif_colorspace_RGB, chroma, nullptr));
        const std::unique_ptr<heif_image, FreeImage> image(decoded);
        // A broken file may decode to another size than its header gave.
        const int width = heif_image_get_width(decoded, heif_channel_interleaved);
        const int height = heif_image_get_height(decoded, heif_channel_interleaved);
        if (Size{width, height} != picture.size)
            throw_broken(file_, name_of(format_), "its pixels have another size than its header");
        picture.allocate();
        copy_rows(*decoded, picture);
        return picture;
    }

 private:
    void check(const heif_error& error) const {
        if (error.code == heif_error_Ok) return;
        if (error.code == heif_error_Unsupported_filetype ||
            error.code == heif_error_Unsupported_feature)
            throw Error(ErrorCode::unsupported,
                        "cannot be read: " + flattened(error.message) +
                            "; is libheif's decoder for it installed?",
                        file_.path.string());
        throw_broken(file_, name_of(format_), error.message);
    }

    [[nodiscard]] AlphaKind alpha_kind(bool alpha) const {
        if (!alpha) return AlphaKind::none;
        return heif_image_handle_is_premultiplied_alpha(handle_.get()) != 0
                   ? AlphaKind::premultiplied
                   : AlphaKind::straight;
    }

    [[nodiscard]] std::vector<std::uint8_t> find_profile() const {
        const std::size_t size = heif_image_handle_get_raw_color_profile_size(handle_.get());
        if (size > 0) {
            std::vector<std::uint8_t> profile(size);
            check(heif_image_handle_get_raw_color_profile(handle_.get(), profile.data()));
            return profile;
        }
        heif_color_profile_nclx* nclx = nullptr;
        if (heif_image_handle_get_nclx_color_profile(handle_.get(), &nclx).code != heif_error_Ok)
            return {};
        const int primaries = nclx->color_primaries;
        heif_nclx_color_profile_free(nclx);
        return make_profile_of_primaries(primaries);
    }

    void copy_rows(const heif_image& image, StoredPicture& picture) const {
        int stride = 0;
        const std::uint8_t* plane =
            heif_image_get_plane_readonly(&image, heif_channel_interleaved, &stride);
        const int bits = heif_image_get_bits_per_pixel_range(&image, heif_channel_interleaved);
        if (plane == nullptr || bits < 8 || bits > 16)
            throw_broken(file_, name_of(format_), "it has no pixels");
        const std::uint32_t full = (1U << bits) - 1;
        for (int y = 0; y < picture.size.height; ++y) {
            const std::uint8_t* from = plane + static_cast<std::ptrdiff_t>(y) * stride;
            std::memcpy(picture.row<std::uint8_t>(y), from, picture.row_bytes());
            if (picture.format == SampleFormat::u8) continue;
            auto* row = picture.row<std::uint16_t>(y);
            for (std::size_t i = 0; i < picture.row_samples(); ++i)
                row[i] = static_cast<std::uint16_t>((row[i] * 65535U + full / 2) / full);
        }
    }

    const FileBytes& file_;
    Format format_;
    std::unique_ptr<heif_context, FreeContext> context_;
    std::unique_ptr<heif_image_handle, FreeHandle> handle_;
};

}  // namespace

std::unique_ptr<Decoder> open_heif(const FileBytes& file, Format format,
                                   const PictureLimits& limits) {
    return std::make_unique<HeifDecoder>(file, format, limits);
}

}  // namespace diorama::image
