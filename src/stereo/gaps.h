#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "stereo/warp.h"

namespace diorama::stereo {

// Finds the gaps of a row, where `nearness` is not a number, and continues the nearness of their
// farther side into them.
void close_gaps(float* nearness, int width, std::vector<Gap>& gaps);

// Continues each row from the farther side of its gaps; the deeper in a gap, the more rows above
// and below have a say, what lies farther more than what is nearer. So no streak runs far. Gaps
// show nothing of what is nearer than the surface that goes on.
void fill_gaps(Warped& warped, const RunContext& run);

// The gaps as a hole for the shared fill.
[[nodiscard]] Matte draw_gaps(const Warped& warped);

}  // namespace diorama::stereo
