#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "stereo/warp.h"

namespace diorama::stereo {

// Continues what is known of a row into what is not a number: the farther of both sides.
void take_farther_side(float* nearness, int width);

// A row of the picture and how it was cut.
template <class T>
struct SourceRow {
    const T* pixels = nullptr;
    int channels = 0;
    const float* disparity = nullptr;
    const std::vector<Span>* surfaces = nullptr;
};

// Finds the gaps of a row of the view, where `nearness` is not a number, and continues their
// farther side into them, its nearness and its colour. That is the surface beyond the step which
// opened the gap, even where something nearer has come to stand before it.
template <class T>
void close_gaps(const SourceRow<T>& source, double share, int width, float* nearness, T* view,
                std::vector<Gap>& gaps);

// The deeper in a gap, the more rows above and below have a say, what lies farther more than what
// is nearer. So no streak runs far. Gaps at the border stay as they are.
void soften_gaps(Warped& warped, const RunContext& run);

// The gaps as a hole for the shared fill.
[[nodiscard]] Matte draw_gaps(const Warped& warped);

}  // namespace diorama::stereo
