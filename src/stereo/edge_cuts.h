#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/disparity.h"

namespace diorama::stereo {

// Warns of what an edge cuts, or draws it back. A window that floats is laid over the views.
void answer_edge_cuts(Disparity& disparity, EdgeViolation answer, const RunContext& run);

}  // namespace diorama::stereo
