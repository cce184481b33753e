#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <fmt/format.h>

#include <cmath>

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

template <class Kind>
void require_finite(const Map<Kind>& map, const char* what) {
    for (int y = 0; y < map.height(); ++y) {
        // Infinite and undefined values make the sum of products with 0 undefined.
        const float* row = map.row(y);
        float sum = 0;
        for (int x = 0; x < map.width(); ++x) sum += 0 * row[x];
        if (sum == 0) continue;
        int x = 0;
        while (std::isfinite(row[x])) ++x;
        throw Error(
            ErrorCode::unreadable,
            fmt::format("is {} at pixel ({}, {}); only finite values make sense", row[x], x, y),
            what);
    }
}

}  // namespace diorama::stereo
