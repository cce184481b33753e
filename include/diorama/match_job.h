#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// From two views to their disparity: what `diorama match` does.

#include <filesystem>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/job_options.h"
#include "diorama/jobs.h"
#include "diorama/options.h"

namespace diorama {

// How views are matched: by a network for optical flow, or else by semi-global matching.
struct MatchSource {
    std::string flow_model{};
    Device device = Device::cpu;

    static DIORAMA_API const std::vector<Field<MatchSource>>& fields();
};

struct MatchExtras {
    std::string valid{};
    std::string save_right{};
    std::string save_right_valid{};

    static DIORAMA_API const std::vector<Field<MatchExtras>>& fields();
};

struct MatchJob {
    std::filesystem::path left{};
    std::filesystem::path right{};
    std::filesystem::path output{};
    MatchSource source{};
    MatchExtras extras{};
    ReadOptions read{};
};

// As the jobs of jobs.h.
DIORAMA_API JobSummary run_job(const MatchJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama
