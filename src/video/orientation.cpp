#include "video/orientation.h"

#include <array>
#include <cmath>

extern "C" {
#include <libavutil/display.h>
}

namespace diorama::video {

Orientation orientation_of(const AVStream& stream) {
    Orientation result;
    std::size_t bytes = 0;
    const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &bytes);
    if (!data || bytes < 9 * sizeof(std::int32_t)) return result;
    // x' = m0·x + m3·y, y' = m1·x + m4·y; only quarter turns and mirrors are applied.
    const auto* m = reinterpret_cast<const std::int32_t*>(data);
    result.exchange_axes = std::abs(std::int64_t{m[0]}) < std::abs(std::int64_t{m[1]});
    result.mirror_x = (result.exchange_axes ? m[1] : m[0]) < 0;
    result.mirror_y = (result.exchange_axes ? m[3] : m[4]) < 0;
    const double counterclockwise = av_display_rotation_get(m);
    if (std::isfinite(counterclockwise))
        result.degrees = (static_cast<int>(std::lround(-counterclockwise / 90)) * 90 + 360) % 360;
    return result;
}

namespace {

template <class Pixel>
Image orient_pixels(const Image& image, const Orientation& orientation) {
    Image result(orientation.apply(image.size()), image.sample_type(), image.alpha());
    for (int y = 0; y < image.height(); ++y) {
        const int to_y = orientation.mirror_y ? image.height() - 1 - y : y;
        const Pixel* from = image.row<Pixel>(y);
        for (int x = 0; x < image.width(); ++x) {
            const int to_x = orientation.mirror_x ? image.width() - 1 - x : x;
            if (orientation.exchange_axes)
                result.row<Pixel>(to_x)[to_y] = from[x];
            else
                result.row<Pixel>(to_y)[to_x] = from[x];
        }
    }
    return result;
}

}  // namespace

Image orient(Image image, const Orientation& orientation) {
    if (!orientation.mirror_x && !orientation.mirror_y && !orientation.exchange_axes) return image;
    const bool wide = image.sample_type() == SampleType::u16;
    if (image.channels() == 3)
        return wide ? orient_pixels<std::array<std::uint16_t, 3>>(image, orientation)
                    : orient_pixels<std::array<std::uint8_t, 3>>(image, orientation);
    return wide ? orient_pixels<std::array<std::uint16_t, 4>>(image, orientation)
                : orient_pixels<std::array<std::uint8_t, 4>>(image, orientation);
}

}  // namespace diorama::video
