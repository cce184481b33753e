#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/jobs.h"

namespace diorama::pipeline {

// The depth of a film, steady from frame to frame: as a film or a sequence.
[[nodiscard]] JobSummary make_depth_film(const DepthJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama::pipeline
