#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "diorama/run.h"

namespace diorama::layers {

// The values at these fractions (0…1) of the sorted values, interpolated linearly between
// neighbours. There must be a value.
[[nodiscard]] std::vector<float> percentiles(std::vector<float> values,
                                             const std::vector<double>& fractions,
                                             const RunContext& run);

}  // namespace diorama::layers
