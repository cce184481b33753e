#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/match.h"
#include "stereo/semi_global.h"

namespace diorama::stereo {

// Both views with their valid pixels, where they agree with each other in patches larger than
// speckles, and with what is hidden continued from the farther side.
[[nodiscard]] StereoMatch make_consistent(const RawMatch& raw);

}  // namespace diorama::stereo
