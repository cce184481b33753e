#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <array>
#include <vector>

#include "diorama/disparity.h"

namespace diorama::stereo {

// A stretch of a row.
struct Span {
    int begin = 0;
    int end = 0;
    [[nodiscard]] int length() const { return end - begin; }
};

// A pixel of a rim, premultiplied by how much of it is the nearer thing.
struct RimSample {
    float x = 0;
    float disparity = 0;
    float alpha = 0;
    std::array<float, 4> colour{};  // in the picture's own units
};

// Pixels of the farther side of a step that may be mixtures, at most.
inline constexpr int kWidestRim = 6;

// From the last opaque pixel of a surface outwards to where nothing of it is left.
struct Rim {
    std::array<RimSample, kWidestRim + 2> samples{};
    int count = 0;
};

// A row cut at steps in depth. Pixels next to a step may be mixtures of both sides. They go to the
// nearer side as its soft rim, and what is left is drawn opaque; the farther side begins where
// nothing of the nearer one is left. Both lists run from left to right.
struct RowCuts {
    std::vector<Span> opaque{};
    std::vector<Rim> rims{};
};

template <class T>
void cut_row(const T* pixels, int channels, const float* disparity, int width, RowCuts& cuts);

}  // namespace diorama::stereo
