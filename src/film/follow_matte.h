#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// A subject's matte from frame to frame.

#include <vector>

#include "diorama/image.h"
#include "diorama/run.h"

namespace diorama::film {

// The matte of the frame before, brought along with the picture, its border decided anew.
[[nodiscard]] Matte follow_matte(const Matte& matte, const Image& before, const Image& image,
                                 const RunContext& run);

// What a person shows to be wrong with a matte.
struct Correction {
    std::vector<Point> subject{};
    std::vector<Point> background{};
};
// About each of the points, pixels belong anew to what their colours are more like; the points
// themselves to what they are said to be.
[[nodiscard]] Matte correct_matte(const Matte& matte, const Image& image,
                                  const Correction& correction, const RunContext& run);

}  // namespace diorama::film
