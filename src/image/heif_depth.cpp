#include <libheif/heif.h>

#include <memory>
#include <optional>

#include "image/carried_depth.h"

namespace diorama::image {
namespace {

// What libheif hands out, given back at the end.
template <auto release>
struct Release {
    template <class T>
    void operator()(T* thing) const {
        release(thing);
    }
};
using Context = std::unique_ptr<heif_context, Release<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Release<heif_image_handle_release>>;
using Decoded = std::unique_ptr<heif_image, Release<heif_image_release>>;

void check(const FileBytes& file, const heif_error& error) {
    if (error.code != heif_error_Ok) throw_broken(file, "HEIC depth", error.message);
}

InverseDepth map_of(const FileBytes& file, const heif_image& image) {
    const Size size{heif_image_get_width(&image, heif_channel_Y),
                    heif_image_get_height(&image, heif_channel_Y)};
    const int bits = heif_image_get_bits_per_pixel_range(&image, heif_channel_Y);
    int stride = 0;
    const std::uint8_t* plane = heif_image_get_plane_readonly(&image, heif_channel_Y, &stride);
    if (plane == nullptr || bits < 8 || bits > 16)
        throw_broken(file, "HEIC depth", "it has no pixels");
    const float full = static_cast<float>((1 << bits) - 1);
    InverseDepth depth(size);
    for (int y = 0; y < size.height; ++y) {
        const std::uint8_t* row = plane + static_cast<std::ptrdiff_t>(y) * stride;
        for (int x = 0; x < size.width; ++x) {
            const int code = bits == 8 ? row[x] : row[2 * x] | row[2 * x + 1] << 8;
            depth.at(x, y) = static_cast<float>(code) / full;
        }
    }
    return depth;
}

}  // namespace

std::optional<InverseDepth> find_heif_depth(const FileBytes& file, const PictureLimits& limits) {
    const Context context(heif_context_alloc());
    check(file, heif_context_read_from_memory_without_copy(context.get(), file.bytes.data(),
                                                           file.bytes.size(), nullptr));
    heif_image_handle* primary = nullptr;
    check(file, heif_context_get_primary_image_handle(context.get(), &primary));
    const Handle photo(primary);
    heif_item_id id = 0;
    if (heif_image_handle_get_list_of_depth_image_IDs(photo.get(), &id, 1) < 1) return std::nullopt;

    heif_image_handle* found = nullptr;
    check(file, heif_image_handle_get_depth_image_handle(photo.get(), id, &found));
    const Handle handle(found);
    require_allowed_size(file, heif_image_handle_get_width(found),
                         heif_image_handle_get_height(found), limits);
    heif_image* decoded = nullptr;
    // libheif converts nothing to grey, not even grey; here brightness is a plane of its own.
    check(file,
          heif_decode_image(found, &decoded, heif_colorspace_YCbCr, heif_chroma_420, nullptr));
    const Decoded image(decoded);
    return map_of(file, *image);
}

}  // namespace diorama::image
