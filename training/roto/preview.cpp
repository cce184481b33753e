#include "roto/preview.h"

#include <algorithm>
#include <span>

#include "diorama/picture.h"

namespace diorama::training {

Image read_rgb(const std::filesystem::path& file) {
    const Image picture = convert(read_picture(file), SampleType::u8);
    Image rgb(picture.size(), SampleType::u8, AlphaKind::none);
    for (int y = 0; y < rgb.height(); ++y)
        for (int x = 0; x < rgb.width(); ++x)
            std::copy_n(picture.row<std::uint8_t>(y) + x * picture.channels(), 3,
                        rgb.row<std::uint8_t>(y) + 3 * x);
    return rgb;
}

Image draw_preview(const Image& picture, const Image& painted) {
    Image sheet({3 * picture.width(), picture.height()}, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < picture.height(); ++y) {
        const std::span left(picture.row<std::uint8_t>(y), 3U * picture.width());
        const std::span right(painted.row<std::uint8_t>(y), left.size());
        auto* out = std::ranges::copy(left, sheet.row<std::uint8_t>(y)).out;
        out = std::ranges::transform(left, right, out, [](int a, int b) {
                  return static_cast<std::uint8_t>((a + b) / 2);
              }).out;
        std::ranges::copy(right, out);
    }
    return sheet;
}

}  // namespace diorama::training
