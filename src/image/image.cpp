#include "diorama/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "image/samples.h"

namespace diorama {
namespace {

// Calls `body(from, to, samples)` for each row, with pointers to samples of the right type.
template <class T, class Body>
void for_each_row(const Image& from, Image& to, const Body& body) {
    const std::size_t samples = static_cast<std::size_t>(from.width()) * from.channels();
    core::parallel_rows({}, from.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) body(from.row<T>(y), to.row<T>(y), samples);
    });
}

template <class T>
void premultiply_rows(const Image& from, Image& to) {
    for_each_row<T>(from, to, [](const T* in, T* out, std::size_t samples) {
        for (std::size_t i = 0; i < samples; i += 4) {
            const T alpha = in[i + 3];
            for (std::size_t c = i; c < i + 3; ++c) out[c] = image::premultiplied(in[c], alpha);
            out[i + 3] = alpha;
        }
    });
}

template <class T>
void unpremultiply_rows(const Image& from, Image& to) {
    for_each_row<T>(from, to, [](const T* in, T* out, std::size_t samples) {
        for (std::size_t i = 0; i < samples; i += 4) {
            const T alpha = in[i + 3];
            for (std::size_t c = i; c < i + 3; ++c) out[c] = image::unpremultiplied(in[c], alpha);
            out[i + 3] = alpha;
        }
    });
}

}  // namespace

Image::Image(Size size, SampleType type, AlphaKind alpha)
    : size_(size), type_(type), alpha_(alpha) {
    if (size.width < 1 || size.height < 1)
        throw Error(ErrorCode::usage, fmt::format("a picture of {}×{} pixels cannot be made",
                                                  size.width, size.height));
    bytes_.resize(row_bytes() * static_cast<std::size_t>(size.height));
}

void Image::set_alpha(AlphaKind alpha) {
    if ((alpha == AlphaKind::none) != (alpha_ == AlphaKind::none))
        throw Error(ErrorCode::usage, "an alpha channel cannot be added or removed by its name");
    alpha_ = alpha;
}

Image premultiply(const Image& image) {
    if (image.alpha() != AlphaKind::straight) return image;
    Image result(image.size(), image.sample_type(), AlphaKind::premultiplied);
    if (image.sample_type() == SampleType::u8)
        premultiply_rows<std::uint8_t>(image, result);
    else
        premultiply_rows<std::uint16_t>(image, result);
    return result;
}

Image unpremultiply(const Image& image) {
    if (image.alpha() != AlphaKind::premultiplied) return image;
    Image result(image.size(), image.sample_type(), AlphaKind::straight);
    if (image.sample_type() == SampleType::u8)
        unpremultiply_rows<std::uint8_t>(image, result);
    else
        unpremultiply_rows<std::uint16_t>(image, result);
    return result;
}

Image convert(const Image& image, SampleType type) {
    if (image.empty() || image.sample_type() == type) return image;
    Image result(image.size(), type, image.alpha());
    const std::size_t samples = static_cast<std::size_t>(image.width()) * image.channels();
    core::parallel_rows({}, image.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            if (type == SampleType::u16)
                std::transform(image.row<std::uint8_t>(y), image.row<std::uint8_t>(y) + samples,
                               result.row<std::uint16_t>(y), image::widened);
            else
                std::transform(image.row<std::uint16_t>(y), image.row<std::uint16_t>(y) + samples,
                               result.row<std::uint8_t>(y), image::narrowed);
        }
    });
    return result;
}

}  // namespace diorama
