#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdlib>

#include "diorama/image.h"

namespace diorama::scroll {

// How much a join shows (seed 000, III.B.1): the mean jump between the column `join` of an endless
// strip of 8 bits and the next, over the mean jump between all other neighbours. 1 is a join like
// any place.
[[nodiscard]] inline double seam_ratio(const Image& strip, int join) {
    const auto jump = [&](int x) {
        const int next = (x + 1) % strip.width();
        double sum = 0;
        for (int y = 0; y < strip.height(); ++y)
            for (int c = 0; c < 3; ++c)
                sum += std::abs(strip.row<std::uint8_t>(y)[4 * x + c] -
                                strip.row<std::uint8_t>(y)[4 * next + c]);
        return sum;
    };
    double elsewhere = 0;
    for (int x = 0; x < strip.width(); ++x)
        if (x != join) elsewhere += jump(x) / (strip.width() - 1);
    return jump(join) / elsewhere;
}

}  // namespace diorama::scroll
