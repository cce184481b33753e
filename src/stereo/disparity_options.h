#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <optional>
#include <string>

#include "diorama/disparity.h"

namespace diorama::stereo {

// Nothing for `auto`. Throws Error: usage.
[[nodiscard]] std::optional<double> parse_zero_plane(const std::string& text);

struct Comfort {
    double behind_percent = 0;  // below 0
    double before_percent = 0;  // above 0
};
// "-3,2". Throws Error: usage.
[[nodiscard]] Comfort parse_comfort(const std::string& text);

}  // namespace diorama::stereo
