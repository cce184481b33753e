#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"

namespace diorama {
namespace {

Image resized(const Image& image, Size size, cv::InterpolationFlags how) {
    if (size == image.size()) return image;
    Image result(size, image.sample_type(), image.alpha());
    cv::Mat target = as_mat(result);
    cv::resize(as_mat(image), target, {size.width, size.height}, 0, 0, how);
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
    const Image wide = premultiply(convert(image, SampleType::u16));
    Image result = resized(wide, size);
    if (image.alpha() == AlphaKind::straight) result = unpremultiply(result);
    return convert(result, image.sample_type());
}

}  // namespace diorama
