#include <fmt/format.h>

#include "core/temporary_file.h"
#include "diorama/picture.h"
#include "image/encode.h"

namespace diorama {

void write_picture(const std::filesystem::path& file, const Image& image, int quality) {
    const image::Format format = image::require_writable_format(file);
    if (image.empty()) throw Error(ErrorCode::usage, "an empty picture cannot be written");
    if (quality < 1 || quality > 100)
        throw Error(ErrorCode::usage, fmt::format("quality {} is not from 1 to 100", quality));
    core::require_writable(file);  // before the work of encoding
    image::write_file_bytes(file, image::encode_image(format, image, {.quality = quality}, file));
}

}  // namespace diorama
