#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "core/parallel.h"
#include "diorama/image.h"

namespace diorama::image {

// The size of a stored picture once EXIF's orientation 1…8 is applied.
inline Size oriented_size(Size stored, int orientation) {
    return orientation >= 5 ? Size{stored.height, stored.width} : stored;
}

// Copies pixels so that they stand as EXIF's orientation says they are to be seen: pixel (x, y) of
// the result is the stored one at first + x·right + y·down.
template <class Pixel>
void orient_pixels(const Pixel* from, Size stored, int orientation, Pixel* to) {
    const std::ptrdiff_t w = stored.width;
    const std::ptrdiff_t h = stored.height;
    struct Walk {
        std::ptrdiff_t first, right, down;
    };
    const Walk walks[8] = {
        {0, 1, w}, {w - 1, -1, w},       {w * h - 1, -1, -w}, {(h - 1) * w, 1, -w},
        {0, w, 1}, {(h - 1) * w, -w, 1}, {w * h - 1, -w, -1}, {w - 1, w, -1}};
    const Walk walk = walks[orientation - 1];
    const Size size = oriented_size(stored, orientation);
    core::parallel_rows({}, size.height, [&](int begin, int end) {
        // Blocks of rows let one cache line of the source serve several rows of the result.
        constexpr int kBlockRows = 16;
        for (int top = begin; top < end; top += kBlockRows)
            for (int x = 0; x < size.width; ++x)
                for (int y = top; y < std::min(top + kBlockRows, end); ++y)
                    to[std::ptrdiff_t{y} * size.width + x] =
                        from[walk.first + x * walk.right + y * walk.down];
    });
}

template <class Kind>
Map<Kind> apply_orientation(Map<Kind> map, int orientation) {
    if (orientation == 1) return map;
    Map<Kind> result(oriented_size(map.size(), orientation));
    orient_pixels(map.values().data(), map.size(), orientation, result.values().data());
    return result;
}

// Moved through where nothing is to be done.
Image apply_orientation(Image image, int orientation);

}  // namespace diorama::image
