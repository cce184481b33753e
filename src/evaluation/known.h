#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "diorama/evaluation.h"

namespace diorama::evaluation {

// Throws Error: mismatch.
void require_same_size(Size found, Size truth);

// What was found and what is true, of the pixels whose truth is known, in the picture's order.
struct KnownPixels {
    std::vector<float> found{};
    std::vector<float> truth{};
};
[[nodiscard]] KnownPixels known_pixels(const InverseDepth& found, const DepthTruth& truth);

}  // namespace diorama::evaluation
