#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/jobs.h"

namespace diorama::pipeline {

// `fill` with a film as its input: a thing goes out of all its frames.
[[nodiscard]] JobSummary make_fill_film(const FillJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama::pipeline
