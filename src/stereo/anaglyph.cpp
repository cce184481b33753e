#include "stereo/anaglyph.h"

#include <algorithm>
#include <opencv2/core/hal/intrin.hpp>
#include <vector>

#include "core/parallel.h"
#include "image/develop.h"
#include "image/samples.h"

namespace diorama::stereo {
namespace {

// Red, green, blue and nothing.
using Lanes = cv::v_float32x4;

// sRGB's curve from samples and back, as tables that are made once. The way back is steepest in the
// darks, where sRGB's slope is 12.92: a step of the table there is a fifth of an 8-bit sample.
template <class T>
class Curve {
 public:
    explicit Curve(ColourScale scale)
        : value_of_(std::size_t{image::kFull<T>} + 1), sample_of_(kSteps + 1) {
        const bool light = scale == ColourScale::light;
        for (std::size_t i = 0; i < value_of_.size(); ++i) {
            const float sample = static_cast<float>(i) / static_cast<float>(image::kFull<T>);
            value_of_[i] = light ? image::decode_srgb(sample) : sample;
        }
        for (std::size_t i = 0; i < sample_of_.size(); ++i) {
            const float value = static_cast<float>(i) / kSteps;
            sample_of_[i] = image::sample_of<T>(light ? image::encode_srgb(value) : value);
        }
    }

    [[nodiscard]] Lanes value(T sample) const { return cv::v_setall_f32(value_of_[sample]); }
    // `steps` counts steps of the table.
    [[nodiscard]] T sample(int steps) const { return sample_of_[steps]; }

    static constexpr int kSteps = sizeof(T) == 1 ? 1 << 14 : 1 << 20;

 private:
    std::vector<float> value_of_;
    std::vector<T> sample_of_;
};

template <class T>
const Curve<T>& curve_of(ColourScale scale) {
    static const Curve<T> light(ColourScale::light);
    static const Curve<T> samples(ColourScale::samples);
    return scale == ColourScale::light ? light : samples;
}

class Columns {
 public:
    explicit Columns(const ColourMatrix& m)
        : red_(m[0][0], m[1][0], m[2][0], 0),
          green_(m[0][1], m[1][1], m[2][1], 0),
          blue_(m[0][2], m[1][2], m[2][2], 0) {}

    template <class T>
    [[nodiscard]] Lanes multiply(const Curve<T>& curve, const T* pixel) const {
        const Lanes product = cv::v_muladd(
            curve.value(pixel[0]), red_,
            cv::v_muladd(curve.value(pixel[1]), green_, curve.value(pixel[2]) * blue_));
        return cv::v_min(cv::v_max(product, cv::v_setzero_f32()), cv::v_setall_f32(1));
    }

 private:
    Lanes red_, green_, blue_;
};

template <class T>
void mix(const Image& left, const Image& right, const AnaglyphMatrices& matrices, Image& out,
         const RunContext& run) {
    const Curve<T>& curve = curve_of<T>(matrices.scale);
    const Columns to_left(matrices.left);
    const Columns to_right(matrices.right);
    const Lanes steps = cv::v_setall_f32(Curve<T>::kSteps);
    core::parallel_rows(run, left.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const T* l = left.row<T>(y);
            const T* r = right.row<T>(y);
            T* o = out.row<T>(y);
            for (int x = 0; x < left.width(); ++x, l += 3, r += 3, o += 3) {
                const Lanes sum = to_left.multiply(curve, l) + to_right.multiply(curve, r);
                int index[4];
                cv::v_store(index, cv::v_round(cv::v_min(sum, cv::v_setall_f32(1)) * steps));
                for (int c = 0; c < 3; ++c) o[c] = curve.sample(index[c]);
            }
        }
    });
}

}  // namespace

Image make_anaglyph(const Image& left, const Image& right, const AnaglyphMatrices& matrices,
                    const RunContext& run) {
    Image anaglyph(left.size(), left.sample_type(), AlphaKind::none);
    if (left.sample_type() == SampleType::u8)
        mix<std::uint8_t>(left, right, matrices, anaglyph, run);
    else
        mix<std::uint16_t>(left, right, matrices, anaglyph, run);
    return anaglyph;
}

}  // namespace diorama::stereo
