#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "diorama/popout.h"
#include "popout/composite.h"

namespace diorama::popout {

// Where everything stands at one moment, in the order of drawing: of each subject the support
// layer, where there is one, then what its slices hide, then the slices.
std::vector<PlacedStack> place_stacks(const std::vector<Popout::Stack>& stacks,
                                      const MotionState& state, double support_fraction,
                                      Size frame);

}  // namespace diorama::popout
