#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/shapes.h"
#include "roto/borders.h"

namespace diorama::roto {

// A shape for each area: its outline, then those of its holes. `outlines` are those of `borders`,
// in their order.
[[nodiscard]] std::vector<Shape> group_holes(const std::vector<Border>& borders,
                                             std::vector<Outline> outlines);

}  // namespace diorama::roto
