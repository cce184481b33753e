#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// Disparity as an artist looks at it: what `diorama inspect` does.

#include <filesystem>
#include <optional>

#include "diorama/export.h"
#include "diorama/inspect.h"
#include "diorama/stereo_job.h"

namespace diorama {

// `stereo` is the job whose disparity is looked at; its output is the sheet. Its format, film and
// encoder are not looked at.
struct InspectJob {
    StereoJob stereo{};
};

struct InspectSummary {
    JobSummary job{};
    std::optional<DisparityMeasures> measures{};  // not of a dry run
};

// As the jobs of jobs.h.
[[nodiscard]] DIORAMA_API InspectSummary run_job(const InspectJob& job, const RunContext& run,
                                                 RunMode mode);

}  // namespace diorama
