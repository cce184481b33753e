#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Arithmetic on single samples, each rounded to the nearest value that the type holds.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace diorama::image {

template <class T>
inline constexpr std::uint32_t kFull = std::numeric_limits<T>::max();

inline std::uint16_t widened(std::uint8_t value) {
    return static_cast<std::uint16_t>(value * 257U);
}

inline std::uint8_t narrowed(std::uint16_t value) {
    return static_cast<std::uint8_t>((value + 128U) / 257U);
}

// The sample for a fraction of full, which is clipped to 0…1. A NaN fails the first
// comparison and becomes 0.
template <class T>
T sample_of(float fraction) {
    const float clipped = fraction > 0.0F ? (fraction < 1.0F ? fraction : 1.0F) : 0.0F;
    return static_cast<T>(std::lround(clipped * static_cast<float>(kFull<T>)));
}

// The product of two values that stand for 0…1.
template <class T>
T premultiplied(T colour, T alpha) {
    return static_cast<T>((std::uint32_t{colour} * alpha + kFull<T> / 2) / kFull<T>);
}

// The colour of a transparent pixel is black. A colour above its alpha, which only sloppy sources
// have, becomes full.
template <class T>
T unpremultiplied(T colour, T alpha) {
    if (alpha == 0) return 0;
    const std::uint32_t value = (std::uint32_t{colour} * kFull<T> + alpha / 2U) / alpha;
    return static_cast<T>(std::min(value, kFull<T>));
}

}  // namespace diorama::image
