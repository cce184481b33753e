#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// What jobs take besides their own options where their input is a film.

#include <filesystem>
#include <optional>
#include <string>

#include "diorama/export.h"
#include "diorama/jobs.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

// Joins what shares of a film, or a run that was stopped, have finished, without encoding again.
struct MergeJob {
    std::filesystem::path film{};  // the output that the shares were given
    bool partial = false;          // what is there before the first segment that is missing
};

// Throws Error: not_found (no segments, or not all), unreadable, unwritable.
DIORAMA_API JobSummary run_job(const MergeJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama
