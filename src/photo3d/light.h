#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <array>
#include <cmath>
#include <cstdint>

namespace diorama::photo3d {

// sRGB bytes and linear light, 0…1.
[[nodiscard]] inline float to_light(std::uint8_t byte) {
    static const std::array<float, 256> table = [] {
        std::array<float, 256> light{};
        for (int n = 0; n < 256; ++n) {
            const double value = n / 255.0;
            light[n] = static_cast<float>(
                value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4));
        }
        return light;
    }();
    return table[byte];
}

[[nodiscard]] inline std::uint8_t to_byte(float light) {
    // Fine enough that every byte comes back from its own light.
    constexpr int kSteps = 1 << 14;
    static const std::array<std::uint8_t, kSteps + 1> table = [] {
        std::array<std::uint8_t, kSteps + 1> bytes{};
        for (int n = 0; n <= kSteps; ++n) {
            const double value = static_cast<double>(n) / kSteps;
            const double encoded =
                value <= 0.0031308 ? 12.92 * value : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
            bytes[n] = static_cast<std::uint8_t>(std::lround(255 * encoded));
        }
        return bytes;
    }();
    return table[static_cast<int>(light * kSteps + 0.5F)];
}

}  // namespace diorama::photo3d
