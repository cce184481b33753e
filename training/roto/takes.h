#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <vector>

#include "roto/rendered_frame.h"

namespace diorama::training {

// Every frame SHOT/TAKE/0001.exr of which all takes are there (training/blender/README.md), in
// order; its name is SHOT/0001. Then the same frames with other paints, as SHOT_painted_1/0001 and
// so on, `paints` of each. Throws Error: not_found (no folder, no complete frame).
[[nodiscard]] std::vector<RenderedFrame> list_takes(const std::filesystem::path& shots,
                                                    int paints = 0);

}  // namespace diorama::training
