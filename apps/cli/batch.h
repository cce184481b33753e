#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Several inputs of one verb, one after another.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "console.h"
#include "diorama/jobs.h"

namespace diorama::cli {

struct Batch {
    std::vector<std::filesystem::path> inputs{};
    std::filesystem::path output{};  // of one input; of several their names, "*_sbs.mkv"
    std::filesystem::path folder{};  // of several
    // Makes them the job's.
    std::function<void(const std::filesystem::path& input, const std::filesystem::path& output)>
        set{};
};

struct BatchItem {
    std::filesystem::path input{};
    std::filesystem::path output{};
};

// Throws Error: usage, where an output is missing or two have one name.
[[nodiscard]] std::vector<BatchItem> plan_batch(const Batch& batch);

// Checks all before the first begins; one that fails is told and does not keep the others. Makes
// the folder. Throws Error: of one input, its own; of several at the end how many failed;
// cancelled.
void run_batch(const Batch& batch, const std::function<JobSummary(RunMode)>& run, RunMode mode,
               const std::function<void(const JobSummary&)>& on_done);

}  // namespace diorama::cli
