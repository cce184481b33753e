#include <algorithm>

#include "core/parallel.h"
#include "image/develop.h"
#include "image/samples.h"
#include "stereo/anaglyph.h"

namespace diorama::stereo {
namespace {

using Colour3 = std::array<float, 3>;

template <class T>
Colour3 read(const T* pixel, ColourScale scale) {
    Colour3 colour{};
    for (int c = 0; c < 3; ++c) {
        const float sample = static_cast<float>(pixel[c]) / static_cast<float>(image::kFull<T>);
        colour[c] = scale == ColourScale::light ? image::decode_srgb(sample) : sample;
    }
    return colour;
}

template <class T>
void write(const Colour3& colour, ColourScale scale, T* pixel) {
    for (int c = 0; c < 3; ++c)
        pixel[c] = image::sample_of<T>(scale == ColourScale::light ? image::encode_srgb(colour[c])
                                                                   : colour[c]);
}

Colour3 multiply(const ColourMatrix& matrix, const Colour3& colour) {
    Colour3 product{};
    for (int r = 0; r < 3; ++r) {
        for (int c = 0; c < 3; ++c) product[r] += matrix[r][c] * colour[c];
        product[r] = std::clamp(product[r], 0.0F, 1.0F);
    }
    return product;
}

template <class T>
void mix_row(const T* left, const T* right, const AnaglyphMatrices& matrices, T* out, int width) {
    for (int x = 0; x < width; ++x, left += 3, right += 3, out += 3) {
        Colour3 sum = multiply(matrices.left, read(left, matrices.scale));
        const Colour3 other = multiply(matrices.right, read(right, matrices.scale));
        for (int c = 0; c < 3; ++c) sum[c] = std::min(sum[c] + other[c], 1.0F);
        write(sum, matrices.scale, out);
    }
}

}  // namespace

Image make_anaglyph_reference(const Image& left, const Image& right,
                              const AnaglyphMatrices& matrices, const RunContext& run) {
    Image anaglyph(left.size(), left.sample_type(), AlphaKind::none);
    core::parallel_rows(run, left.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            if (left.sample_type() == SampleType::u8)
                mix_row(left.row<std::uint8_t>(y), right.row<std::uint8_t>(y), matrices,
                        anaglyph.row<std::uint8_t>(y), left.width());
            else
                mix_row(left.row<std::uint16_t>(y), right.row<std::uint16_t>(y), matrices,
                        anaglyph.row<std::uint16_t>(y), left.width());
        }
    });
    return anaglyph;
}

}  // namespace diorama::stereo
