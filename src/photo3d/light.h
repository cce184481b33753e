#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <algorithm>
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

// sRGB between bytes, 0…255.
[[nodiscard]] inline float to_light(float srgb) {
    const int below = std::min(static_cast<int>(srgb), 254);
    const float dark = to_light(static_cast<std::uint8_t>(below));
    const float bright = to_light(static_cast<std::uint8_t>(below + 1));
    return dark + (bright - dark) * (srgb - static_cast<float>(below));
}

// Light as sRGB, 0…255.
[[nodiscard]] inline float to_srgb(float light) {
    // Fine enough that every byte comes back from its own light.
    constexpr int kSteps = 1 << 14;
    static const std::array<float, kSteps + 1> table = [] {
        std::array<float, kSteps + 1> encoded{};
        for (int n = 0; n <= kSteps; ++n) {
            const double value = static_cast<double>(n) / kSteps;
            encoded[n] = static_cast<float>(255 * (value <= 0.0031308
                                                       ? 12.92 * value
                                                       : 1.055 * std::pow(value, 1 / 2.4) - 0.055));
        }
        return encoded;
    }();
    return table[static_cast<int>(light * kSteps + 0.5F)];
}

[[nodiscard]] inline std::uint8_t to_byte(float light) {
    return static_cast<std::uint8_t>(to_srgb(light) + 0.5F);
}

}  // namespace diorama::photo3d
