#include <fmt/format.h>

#include <cstring>

#include "diorama/error.h"
#include "diorama/stereo_format.h"

namespace diorama {
namespace {

Image crop(const Image& picture, const Rect& part) {
    Image view({part.width, part.height}, picture.sample_type(), picture.alpha());
    const std::size_t pixel_bytes =
        static_cast<std::size_t>(picture.channels() * picture.bytes_per_sample());
    for (int y = 0; y < part.height; ++y)
        std::memcpy(
            view.row<std::uint8_t>(y),
            picture.row<std::uint8_t>(part.y + y) + static_cast<std::size_t>(part.x) * pixel_bytes,
            view.row_bytes());
    return view;
}

SplitViews split_sides(const Image& packed) {
    const int width = packed.width() / 2;
    return {.left = crop(packed, {.width = width, .height = packed.height()}),
            .right = crop(packed, {.x = width, .width = width, .height = packed.height()})};
}

SplitViews split_rows(const Image& packed) {
    const int height = packed.height() / 2;
    return {.left = crop(packed, {.width = packed.width(), .height = height}),
            .right = crop(packed, {.y = height, .width = packed.width(), .height = height})};
}

}  // namespace

SplitViews split_views(const Image& packed, StereoFormat format) {
    const bool is_above = format == StereoFormat::tb || format == StereoFormat::half_tb;
    if ((is_above ? packed.height() : packed.width()) < 2)
        throw Error(ErrorCode::usage, fmt::format("{}×{} pixels are too few for two views",
                                                  packed.width(), packed.height()));
    if (is_above) return split_rows(packed);
    if (format == StereoFormat::sbs || format == StereoFormat::half_sbs) return split_sides(packed);
    if (format == StereoFormat::cross) {
        SplitViews views = split_sides(packed);
        std::swap(views.left, views.right);
        return views;
    }
    throw Error(ErrorCode::usage,
                "only views side by side, crossed, or above each other can be taken apart");
}

}  // namespace diorama
