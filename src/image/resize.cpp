#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "image/samples.h"

namespace diorama {
namespace {

Image resized(const Image& image, Size size, cv::InterpolationFlags how) {
    if (size == image.size()) return image;
    Image result(size, image.sample_type(), image.alpha());
    cv::Mat target = as_mat(result);
    cv::resize(as_mat(image), target, {size.width, size.height}, 0, 0, how);
    return result;
}

// In one pass, so that a large picture is held but twice.
Image widen_premultiplied(const Image& image) {
    if (image.sample_type() == SampleType::u16 || image.alpha() == AlphaKind::premultiplied)
        return convert(premultiply(image), SampleType::u16);
    Image result(image.size(), SampleType::u16, AlphaKind::premultiplied);
    core::parallel_rows({}, image.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const auto* in = image.row<std::uint8_t>(y);
            auto* out = result.row<std::uint16_t>(y);
            for (int x = 0; x < image.width(); ++x, in += 4, out += 4) {
                out[3] = image::widened(in[3]);
                for (int c = 0; c < 3; ++c)
                    out[c] = image::premultiplied(image::widened(in[c]), out[3]);
            }
        }
    });
    return result;
}

// Width and height each shrink or grow: first what shrinks, then what grows.
Image resized(const Image& image, Size size) {
    const Size smaller{std::min(size.width, image.width()), std::min(size.height, image.height())};
    return resized(resized(image, smaller, cv::INTER_AREA), size, cv::INTER_CUBIC);
}

}  // namespace

Image resize(const Image& image, Size size) {
    if (image.empty()) throw Error(ErrorCode::usage, "an empty picture has no other size");
    if (size == image.size()) return image;
    if (image.alpha() == AlphaKind::none) return resized(image, size);
    // Averages are taken of premultiplied colours, or the colours of transparent pixels would bleed
    // into their neighbours. 16 bits keep dark and thin colours through there and back.
    Image result = resized(widen_premultiplied(image), size);
    if (image.alpha() == AlphaKind::straight) result = unpremultiply(result);
    return convert(result, image.sample_type());
}

}  // namespace diorama
