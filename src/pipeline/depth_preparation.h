#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/image.h"
#include "diorama/photo3d_job.h"

namespace diorama::pipeline {

// What the options ask of a depth map before it is used.
void prepare(const DepthPreparation& wish, InverseDepth& depth);

}  // namespace diorama::pipeline
