#include "photo3d/lens.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/core/hal/intrin.hpp>
#include <vector>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "photo3d/light.h"

namespace diorama::photo3d {
namespace {

using Light = cv::v_float32x4;  // linear, premultiplied, and alpha

// Circles come in sizes that differ by so much.
constexpr float kRadiusStep = 1.0F / 8;
// A smaller circle is a pixel.
constexpr float kSharp = 0.5F;

// Half the width of a circle in each of its rows, from the middle one on.
std::vector<float> rows_of_circle(float radius) {
    const auto area_to = [radius](float y) {  // of a quarter circle, between its middle and y
        const float inside = std::min(y, radius);
        return (inside * std::sqrt(radius * radius - inside * inside) +
                radius * radius * std::asin(inside / radius)) /
               2;
    };
    std::vector<float> rows{2 * area_to(0.5F)};
    for (float y = 0.5F; y < radius; ++y) rows.push_back(area_to(y + 1) - area_to(y));
    return rows;
}

std::vector<std::vector<float>> circles_up_to(float radius) {
    std::vector<std::vector<float>> circles;
    for (float r = kSharp; r <= std::max(kSharp, radius) + kRadiusStep; r += kRadiusStep)
        circles.push_back(rows_of_circle(r));
    return circles;
}

// For each row the sums of its light from the left border on.
class RunningSums {
 public:
    RunningSums(const PhotoLayer& layer, const RunContext& run)
        : width_(layer.colours.width()),
          row_floats_(std::size_t{4} * (width_ + 1)),
          sums_(row_floats_ * layer.colours.height()) {
        const Image& colours = layer.colours;
        const int channels = colours.channels();
        core::parallel_rows(run, colours.height(), [&](int begin, int end) {
            for (int y = begin; y < end; ++y) {
                const std::uint8_t* samples = colours.row<std::uint8_t>(y);
                float* to = sums_.data() + y * row_floats_;
                Light sum = cv::v_setzero_f32();
                cv::v_store(to, sum);
                for (int x = 0; x < width_; ++x, samples += channels) {
                    sum += light_of(samples, channels == 4 ? samples[3] : 255);
                    cv::v_store(to + std::size_t{4} * (x + 1), sum);
                }
            }
        });
    }

    // From the left border to `x`, which may lie within a pixel.
    [[nodiscard]] Light up_to(float x, int y) const {
        const int whole = std::min(static_cast<int>(x), width_ - 1);
        const float* at = sums_.data() + y * row_floats_ + std::size_t{4} * whole;
        const Light before = cv::v_load(at);
        return cv::v_muladd(cv::v_load(at + 4) - before,
                            cv::v_setall_f32(x - static_cast<float>(whole)), before);
    }

 private:
    static Light light_of(const std::uint8_t* rgb, std::uint8_t alpha) {
        const float share = static_cast<float>(alpha) / 255;
        return {to_light(rgb[0]) * share, to_light(rgb[1]) * share, to_light(rgb[2]) * share,
                share};
    }

    int width_;
    std::size_t row_floats_;
    std::vector<float> sums_;
};

Light mean_in_circle(const RunningSums& sums, Size size, int x, int y,
                     const std::vector<float>& rows) {
    Light sum = cv::v_setzero_f32();
    float area = 0;
    const int reach = static_cast<int>(rows.size()) - 1;
    const int last = std::min(size.height - 1, y + reach);
    for (int row = std::max(0, y - reach); row <= last; ++row) {
        const float half = rows[std::abs(row - y)];
        const float middle = static_cast<float>(x) + 0.5F;
        const float left = std::max(0.0F, middle - half);
        const float right = std::min(static_cast<float>(size.width), middle + half);
        sum += sums.up_to(right, row) - sums.up_to(left, row);
        area += right - left;
    }
    return sum * cv::v_setall_f32(1 / area);
}

void store(const Light& light, std::uint8_t* rgba) {
    alignas(16) float values[4];
    cv::v_store(values, light);
    const float alpha = std::clamp(values[3], 0.0F, 1.0F);
    for (int c = 0; c < 3; ++c)
        rgba[c] = to_byte(alpha > 0 ? std::clamp(values[c] / alpha, 0.0F, 1.0F) : 0);
    rgba[3] = static_cast<std::uint8_t>(std::lround(255 * alpha));
}

}  // namespace

PhotoLayer blur_by_lens(const PhotoLayer& layer, const Lens& lens, const RunContext& run) {
    const Size size = layer.colours.size();
    double near = 0;
    double far = 0;
    cv::minMaxLoc(as_mat(layer.depth), &far, &near);
    const auto circles = circles_up_to(std::max(lens.radius_at(static_cast<float>(near)),
                                                lens.radius_at(static_cast<float>(far))));
    const RunningSums sums(layer, run);
    PhotoLayer blurred{.colours = Image(size, SampleType::u8, AlphaKind::straight),
                       .depth = layer.depth};
    core::parallel_rows(run, size.height, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            run.throw_if_stopped();
            const float* depth = layer.depth.row(y);
            std::uint8_t* to = blurred.colours.row<std::uint8_t>(y);
            for (int x = 0; x < size.width; ++x, to += 4) {
                const float steps = (lens.radius_at(depth[x]) - kSharp) / kRadiusStep;
                const auto circle = static_cast<std::size_t>(std::max(0.0F, steps) + 0.5F);
                store(mean_in_circle(sums, size, x, y, circles[circle]), to);
            }
        }
    });
    return blurred;
}

}  // namespace diorama::photo3d
