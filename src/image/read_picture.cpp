#include <utility>

#include "diorama/picture.h"
#include "image/develop.h"
#include "image/orientation.h"
#include "image/stored_picture.h"

namespace diorama {

Image read_picture(const std::filesystem::path& file, const PictureLimits& limits) {
    image::StoredPicture stored;
    {
        // The file's bytes go before the picture is developed: memory is for pixels.
        const image::FileBytes bytes = image::read_file_bytes(file, limits);
        stored = image::open_picture(bytes, image::require_known_format(bytes),
                                     image::Channels::colour, limits)
                     ->decode();
    }
    return image::develop(std::move(stored), image::ColourHandling::to_srgb);
}

PictureInfo inspect_picture(const std::filesystem::path& file, const PictureLimits& limits) {
    const image::FileBytes bytes = image::read_file_bytes(file, limits);
    const image::Format format = image::require_known_format(bytes);
    const auto decoder = image::open_picture(bytes, format, image::Channels::colour, limits);
    const image::StoredHeader& header = decoder->header();
    return {.size = image::oriented_size(header.size, header.orientation),
            .format = std::string(image::name_of(format)),
            .frames = header.frames};
}

}  // namespace diorama
