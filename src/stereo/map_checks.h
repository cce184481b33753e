#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "core/quantile.h"
#include "diorama/error.h"
#include "diorama/image.h"

namespace diorama::stereo {

inline void require_size(Size size, Size picture, const char* what) {
    if (size == picture) return;
    throw Error(ErrorCode::mismatch,
                fmt::format("is {}×{} but the picture is {}×{}", size.width, size.height,
                            picture.width, picture.height),
                what);
}

// In blocks, which compilers make fast.
template <class Kind, class Test>
bool all_of(const Map<Kind>& map, const Test& test) {
    for (int y = 0; y < map.height(); ++y) {
        const float* row = map.row(y);
        int failed = 0;
        for (int x = 0; x < map.width(); ++x) failed |= static_cast<int>(!test(row[x]));
        if (failed != 0) return false;
    }
    return true;
}

// The smallest and the largest value.
template <class Kind>
std::pair<float, float> range_of(const Map<Kind>& map) {
    constexpr std::size_t kLanes = 16;
    std::array<float, kLanes> low{}, high{};
    low.fill(map.values().front());
    high = low;
    const auto take = [&](float value, std::size_t lane) {
        low[lane] = value < low[lane] ? value : low[lane];
        high[lane] = high[lane] < value ? value : high[lane];
    };
    const std::size_t whole = map.values().size() / kLanes * kLanes;
    const float* values = map.values().data();
    for (std::size_t i = 0; i < whole; i += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane) take(values[i + lane], lane);
    for (std::size_t i = whole; i < map.values().size(); ++i) take(values[i], 0);
    return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end())};
}

// Without the least and the greatest half percent, so that no extreme value has a say; of values so
// far apart that some thousands are asked.
template <class Kind>
float spread_of(const Map<Kind>& map) {
    constexpr std::size_t kAsked = 5000;
    const std::size_t stride = std::max<std::size_t>(1, map.values().size() / kAsked) | 1;
    std::vector<float> asked;
    for (std::size_t i = 0; i < map.values().size(); i += stride) asked.push_back(map.values()[i]);
    const float low = core::quantile(asked, 0.005);
    return core::quantile(asked, 0.995) - low;
}

template <class Kind>
void require_finite(const Map<Kind>& map, const char* what) {
    constexpr float kMost = std::numeric_limits<float>::max();
    if (all_of(map, [](float value) { return std::abs(value) <= kMost; })) return;
    for (int y = 0; y < map.height(); ++y)
        for (int x = 0; x < map.width(); ++x)
            if (!std::isfinite(map.at(x, y)))
                throw Error(ErrorCode::unreadable,
                            fmt::format("is {} at pixel ({}, {}); only finite values make sense",
                                        map.at(x, y), x, y),
                            what);
}

}  // namespace diorama::stereo
