#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core/hal/intrin.hpp>

#include "diorama/image.h"

namespace diorama::photo3d {

// One RGBA pixel, 0…255.
using Pixel = cv::v_float32x4;

// A picture of RGBA bytes between its pixels, by Catmull and Rom's cubic, which is the picture
// itself at its pixels and stays equally sharp between them.
class Sampler {
 public:
    explicit Sampler(const Image& image)
        : pixels_(image.data()),
          row_bytes_(image.row_bytes()),
          most_x_(static_cast<float>(image.width() - 3) + kBelowOne),
          most_y_(static_cast<float>(image.height() - 3) + kBelowOne) {}

    // What lies less than a pixel from the border is that of the pixel beside it.
    [[nodiscard]] Pixel at(float x, float y) const {
        x = std::clamp(x, 1.0F, most_x_);
        y = std::clamp(y, 1.0F, most_y_);
        const int column = static_cast<int>(x);
        const int row = static_cast<int>(y);
        const Weights& across = weights_at(x - static_cast<float>(column));
        const Weights& down = weights_at(y - static_cast<float>(row));

        const std::uint8_t* corner =
            pixels_ + (row - 1) * row_bytes_ + std::size_t{4} * (column - 1);
        const auto pair_01 = zip_rows(corner);
        const auto pair_23 = zip_rows(corner + 2 * row_bytes_);
        const cv::v_int16x8 down_01 = spread(down.first);
        const cv::v_int16x8 down_23 = spread(down.second);
        const auto column_of = [&](int n) {
            const cv::v_int32x4 sum =
                cv::v_dotprod(pair_01[n], down_01) + cv::v_dotprod(pair_23[n], down_23);
            return (sum + cv::v_setall_s32(1 << (kKept - 1))) >> kKept;
        };
        cv::v_int16x8 columns_01;
        cv::v_int16x8 columns_23;
        cv::v_zip(cv::v_pack(column_of(0), column_of(2)), cv::v_pack(column_of(1), column_of(3)),
                  columns_01, columns_23);
        const cv::v_int32x4 sum = cv::v_dotprod(columns_01, spread(across.first)) +
                                  cv::v_dotprod(columns_23, spread(across.second));
        // It overshoots at edges.
        return cv::v_min(
            cv::v_max(cv::v_cvt_f32(sum) * cv::v_setall_f32(kToByte), cv::v_setzero_f32()),
            cv::v_setall_f32(255));
    }

 private:
    static constexpr int kPhases = 64;
    static constexpr int kOne = 256;  // the sum of four weights
    static constexpr int kKept = 4;   // bits that the first pass takes off again
    static constexpr float kToByte = static_cast<float>(1 << kKept) / (kOne * kOne);
    static constexpr float kBelowOne = 0.999F;

    // Two weights of 16 bits in each number, as v_dotprod wants them.
    struct Weights {
        std::int32_t first = 0;
        std::int32_t second = 0;
    };

    static std::array<Weights, kPhases + 1> make_table() {
        std::array<Weights, kPhases + 1> table;
        for (int phase = 0; phase <= kPhases; ++phase) {
            const double t = static_cast<double>(phase) / kPhases;
            const auto whole = [](double weight) {
                return static_cast<int>(std::lround(kOne * weight));
            };
            const int before = whole((-t + 2 * t * t - t * t * t) / 2);
            const int after = whole((t + 4 * t * t - 3 * t * t * t) / 2);
            const int last = whole((-t * t + t * t * t) / 2);
            const auto pack = [](int low, int high) {
                return static_cast<std::int32_t>((static_cast<std::uint32_t>(high) << 16) |
                                                 (static_cast<std::uint32_t>(low) & 0xFFFFU));
            };
            table[phase] = {pack(before, kOne - before - after - last), pack(after, last)};
        }
        return table;
    }
    static const Weights& weights_at(float fraction) {
        static const std::array<Weights, kPhases + 1> table = make_table();
        return table[static_cast<int>(fraction * kPhases + 0.5F)];
    }
    static cv::v_int16x8 spread(std::int32_t weights) {
        return cv::v_reinterpret_as_s16(cv::v_setall_s32(weights));
    }
    // Of two rows, one below the other: for each of four columns the samples of both, in turn.
    [[nodiscard]] std::array<cv::v_int16x8, 4> zip_rows(const std::uint8_t* upper) const {
        std::array<cv::v_int16x8, 4> columns;
        const auto load = [](const std::uint8_t* pixels) {
            return cv::v_reinterpret_as_s16(cv::v_load_expand(pixels));
        };
        const std::uint8_t* lower = upper + row_bytes_;
        cv::v_zip(load(upper), load(lower), columns[0], columns[1]);
        cv::v_zip(load(upper + 8), load(lower + 8), columns[2], columns[3]);
        return columns;
    }

    const std::uint8_t* pixels_;
    std::size_t row_bytes_;
    float most_x_;
    float most_y_;
};

}  // namespace diorama::photo3d
