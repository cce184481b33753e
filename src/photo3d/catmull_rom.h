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

    // Whether row_at() may be asked.
    [[nodiscard]] bool has_row(float x, float step, float y) const {
        return x >= 1 && y >= 1 && x + kMostColumns - 1 <= most_x_ && y <= most_y_ && step >= 0 &&
               step * (kRow - 1) <= kRow;
    }
    // A row of four pixels from (x, y) on, `step` apart: rows are mixed once for all of them.
    void row_at(float x, float step, float y, Pixel* pixels) const {
        const int first = static_cast<int>(x);
        const int row = static_cast<int>(y);
        alignas(16) std::int16_t mixed[4 * kMostColumns];
        mix_rows(pixels_ + (row - 1) * row_bytes_ + std::size_t{4} * (first - 1),
                 fine_weights_at(y - static_cast<float>(row)), mixed);
        for (int n = 0; n < kRow; ++n, x += step) {
            const int column = static_cast<int>(x);
            const std::int16_t* from = mixed + std::ptrdiff_t{4} * (column - first);
            const FineWeights& across = fine_weights_at(x - static_cast<float>(column));
            const cv::v_int16x8 pairs =
                cv::v_mul_hi(cv::v_load(from), cv::v_load_aligned(across.data())) +
                cv::v_mul_hi(cv::v_load(from + 8), cv::v_load_aligned(across.data() + 8));
            cv::v_int32x4 even;
            cv::v_int32x4 odd;
            cv::v_expand(pairs, even, odd);
            const Pixel sum = cv::v_cvt_f32(even + odd + cv::v_setall_s32(kCutOff));
            pixels[n] =
                cv::v_min(cv::v_max(sum * cv::v_setall_f32(kFineToByte), cv::v_setzero_f32()),
                          cv::v_setall_f32(255));
        }
    }
    static constexpr int kRow = 4;

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

    // Weights of 15 bits. A product keeps its upper 16 bits, so that a byte moved up by kMoved
    // comes out with 6 bits more than it had, and after the second pass with 5; what each of the
    // products is cut off by is half of a last bit on average.
    struct alignas(16) FineWeights : std::array<std::int16_t, 16> {};  // each for four channels
    static constexpr int kMoved = 7;
    static constexpr float kFineToByte = 1.0F / 32;
    static constexpr int kCutOff = 3;
    static constexpr int kMostColumns = 8;

    static const FineWeights& fine_weights_at(float fraction) {
        static const std::array<FineWeights, kPhases + 1> table = [] {
            std::array<FineWeights, kPhases + 1> weights;
            for (int phase = 0; phase <= kPhases; ++phase) {
                const double t = static_cast<double>(phase) / kPhases;
                const auto whole = [](double weight) {
                    return static_cast<std::int16_t>(std::lround(32767 * weight));
                };
                const std::array<std::int16_t, 4> taps{whole((-t + 2 * t * t - t * t * t) / 2),
                                                       whole((2 - 5 * t * t + 3 * t * t * t) / 2),
                                                       whole((t + 4 * t * t - 3 * t * t * t) / 2),
                                                       whole((-t * t + t * t * t) / 2)};
                for (std::size_t n = 0; n < 16; ++n) weights[phase][n] = taps[n / 4];
            }
            return weights;
        }();
        return table[static_cast<int>(fraction * kPhases + 0.5F)];
    }
    // Four rows of kMostColumns pixels become one.
    void mix_rows(const std::uint8_t* corner, const FineWeights& down, std::int16_t* mixed) const {
        for (int at = 0; at < 4 * kMostColumns; at += 8) {
            cv::v_int16x8 sum = cv::v_setzero_s16();
            for (int n = 0; n < 4; ++n) {
                const cv::v_int16x8 samples = cv::v_reinterpret_as_s16(
                    cv::v_load_expand(corner + n * row_bytes_ + at) << kMoved);
                sum += cv::v_mul_hi(samples, cv::v_setall_s16(down[4 * n]));
            }
            cv::v_store_aligned(mixed + at, sum);
        }
    }

    const std::uint8_t* pixels_;
    std::size_t row_bytes_;
    float most_x_;
    float most_y_;
};

}  // namespace diorama::photo3d
