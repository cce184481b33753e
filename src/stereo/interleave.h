#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/image.h"
#include "diorama/run.h"
#include "diorama/stereo_format.h"

namespace diorama::stereo {

// rows, columns or checkerboard of two views without straight alpha. A pixel whose neighbours
// belong to the other view stands for them, too, so each view is smoothed before: by 1-2-1 across
// rows or columns, in squares by 4 for the pixel and 1 for each of the four around it. Beyond the
// edge the picture goes on as it ends.
[[nodiscard]] Image interleave(const Image& left, const Image& right, StereoFormat format,
                               const RunContext& run);

}  // namespace diorama::stereo
