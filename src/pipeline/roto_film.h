#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/roto_job.h"
#include "pipeline/roto_products.h"

namespace diorama::pipeline {

// The products of a film. `plan` lacks what the film itself says.
[[nodiscard]] JobSummary make_roto_film(const RotoJob& job, ProductPlan plan, const RunContext& run,
                                        RunMode mode);

}  // namespace diorama::pipeline
