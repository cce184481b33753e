#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/jobs.h"

namespace diorama::pipeline {

// The subject of a film, cut out in each frame: a film of grey, or a sequence of mattes.
[[nodiscard]] JobSummary make_matte_film(const MatteJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama::pipeline
