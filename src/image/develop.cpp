#include "image/develop.h"

#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "core/parallel.h"
#include "image/colour_profile.h"
#include "image/orientation.h"
#include "image/samples.h"

namespace diorama::image {
namespace {

template <class T>
T product(T a, T b) {
    return premultiplied(a, b);
}

template <class T>
T inverted(T value) {
    return static_cast<T>(kFull<T> - value);
}

// Without a profile grey is R = G = B, and inks darken white paper one after the other.
template <class T>
void write_rgb_row(const StoredPicture& picture, const T* in, T* out) {
    const int channels = picture.channels();
    const bool alpha = picture.alpha != AlphaKind::none;
    for (int x = 0; x < picture.size.width; ++x, in += channels, out += alpha ? 4 : 3) {
        switch (picture.model) {
            case ColourModel::grey:
                out[0] = out[1] = out[2] = in[0];
                break;
            case ColourModel::rgb:
                out[0] = in[0], out[1] = in[1], out[2] = in[2];
                break;
            case ColourModel::cmyk:
                for (int c = 0; c < 3; ++c) out[c] = product(inverted(in[c]), inverted(in[3]));
                break;
        }
        if (alpha) out[3] = in[channels - 1];
    }
}

template <class T>
void make_straight(StoredPicture& picture) {
    const int colours = picture.colour_channels();
    core::parallel_rows({}, picture.size.height, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            T* pixel = picture.row<T>(y);
            for (int x = 0; x < picture.size.width; ++x, pixel += colours + 1)
                for (int c = 0; c < colours; ++c)
                    pixel[c] = unpremultiplied(pixel[c], pixel[colours]);
        }
    });
}

template <class T>
void develop_integers(StoredPicture& picture, ColourHandling handling, Image& result) {
    if (picture.alpha == AlphaKind::premultiplied) make_straight<T>(picture);
    std::optional<ProfileTransform> transform;
    if (handling == ColourHandling::to_srgb) transform = ProfileTransform::make(picture);
    core::parallel_rows({}, picture.size.height, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const T* in = picture.row<T>(y);
            T* out = result.row<T>(y);
            if (!transform || transform->input_model() != picture.model) {
                write_rgb_row(picture, in, out);
                in = out;
            }
            // Little CMS may convert a row onto itself where both layouts are the same.
            if (transform) transform->convert(in, out, picture.size.width);
        }
    });
}

void develop_light(const StoredPicture& picture, Image& result) {
    const int colours = picture.colour_channels();
    const int channels = picture.channels();
    const bool has_alpha = picture.alpha != AlphaKind::none;
    const bool divide = picture.alpha == AlphaKind::premultiplied;
    core::parallel_rows({}, picture.size.height, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const float* in = picture.row<float>(y);
            auto* out = result.row<std::uint16_t>(y);
            for (int x = 0; x < picture.size.width; ++x, in += channels, out += has_alpha ? 4 : 3) {
                const float alpha = has_alpha ? in[colours] : 1.0F;
                const float factor = !divide ? 1.0F : alpha > 0 ? 1.0F / alpha : 0.0F;
                for (int c = 0; c < 3; ++c)
                    out[c] =
                        sample_of<std::uint16_t>(encode_srgb(in[colours == 1 ? 0 : c] * factor));
                if (has_alpha) out[3] = sample_of<std::uint16_t>(alpha);
            }
        }
    });
}

template <std::size_t kBytes>
void orient_image(const Image& from, int orientation, Image& to) {
    using Pixel = std::array<std::uint8_t, kBytes>;
    orient_pixels(reinterpret_cast<const Pixel*>(from.data()), from.size(), orientation,
                  reinterpret_cast<Pixel*>(to.data()));
}

}  // namespace

float encode_srgb(float linear) {
    return linear <= 0.0031308F ? 12.92F * linear : 1.055F * std::pow(linear, 1.0F / 2.4F) - 0.055F;
}

float decode_srgb(float encoded) {
    return encoded <= 0.04045F ? encoded / 12.92F : std::pow((encoded + 0.055F) / 1.055F, 2.4F);
}

Image develop(StoredPicture picture, ColourHandling handling) {
    const AlphaKind alpha =
        picture.alpha == AlphaKind::none ? AlphaKind::none : AlphaKind::straight;
    const SampleType type = picture.format == SampleFormat::u8 ? SampleType::u8 : SampleType::u16;
    Image result(picture.size, type, alpha);
    switch (picture.format) {
        case SampleFormat::u8:
            develop_integers<std::uint8_t>(picture, handling, result);
            break;
        case SampleFormat::u16:
            develop_integers<std::uint16_t>(picture, handling, result);
            break;
        case SampleFormat::f32:
            develop_light(picture, result);
            break;
    }
    // Turning needs a second picture: the stored one makes room for it.
    const int orientation = picture.orientation;
    picture = {};
    return apply_orientation(std::move(result), orientation);
}

Image apply_orientation(Image image, int orientation) {
    if (orientation == 1) return image;
    Image result(oriented_size(image.size(), orientation), image.sample_type(), image.alpha());
    switch (image.channels() * image.bytes_per_sample()) {
        case 3:
            orient_image<3>(image, orientation, result);
            break;
        case 4:
            orient_image<4>(image, orientation, result);
            break;
        case 6:
            orient_image<6>(image, orientation, result);
            break;
        default:
            orient_image<8>(image, orientation, result);
            break;
    }
    return result;
}

}  // namespace diorama::image
