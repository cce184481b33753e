#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "roto/borders.h"

namespace diorama::roto {

// A corner of pixels through which the curve must lead.
struct Knot {
    std::ptrdiff_t corner = 0;  // its number in the border
    bool is_sharp = false;      // the curve may turn there at once
};

// Where a border turns sharply, and where what lies beyond it changes; in order. `reach` is how
// many sides of pixels a corner is judged by.
[[nodiscard]] std::vector<Knot> find_knots(const Border& border, int reach);

// Where the border leads at one of its corners, judged by `reach` sides before and after it; of
// length 1.
enum class Side : std::uint8_t { before, after, both };
[[nodiscard]] cv::Point2f find_direction(const Border& border, std::ptrdiff_t corner, int reach,
                                         Side side);

}  // namespace diorama::roto
