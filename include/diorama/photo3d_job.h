#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// From a photo to a page in which it moves: what `diorama photo3d` does.

#include <filesystem>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/fill.h"
#include "diorama/job_options.h"
#include "diorama/jobs.h"
#include "diorama/options.h"
#include "diorama/photo3d.h"

namespace diorama {

// The seed's preparation of a depth map: what a network says the other way round, made plainer.
struct DepthPreparation {
    bool invert = false;
    double contrast = 1;  // away from the map's mean, as PIL's ImageEnhance.Contrast does

    static DIORAMA_API const std::vector<Field<DepthPreparation>>& fields();
};

struct Photo3dExtras {
    int max_size = 1600;  // of the longer side
    std::string bundle{};

    static DIORAMA_API const std::vector<Field<Photo3dExtras>>& fields();
};

struct Photo3dJob {
    std::filesystem::path input{};
    std::filesystem::path output{};
    Photo3dOptions photo3d{};
    PageOptions page{};
    FillOptions fill{.fill = "smooth"};  // what motion uncovers is narrow
    DepthSource depth{};
    DepthPreparation preparation{};
    Photo3dExtras extras{};
    ReadOptions read{};
};

// As the jobs of jobs.h.
DIORAMA_API JobSummary run_job(const Photo3dJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama
