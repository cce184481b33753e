#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "diorama/depth.h"

namespace diorama::perception {

// The values at these fractions (0…1) of the sorted values, both ascending. Of large maps a fixed,
// evenly spread sample is taken, so that the answer is the same each time. With a matte only values
// where it is at least one half count, unless there are none.
[[nodiscard]] std::vector<float> find_percentiles(const std::vector<float>& values, Size size,
                                                  const Matte* matte,
                                                  const std::vector<double>& fractions);

}  // namespace diorama::perception
