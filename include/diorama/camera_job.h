#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// From a photo to a film of a camera that moves through it: what `diorama camera` does.

#include <filesystem>
#include <optional>
#include <vector>

#include "diorama/camera.h"
#include "diorama/export.h"
#include "diorama/fill.h"
#include "diorama/job_options.h"
#include "diorama/jobs.h"
#include "diorama/options.h"
#include "diorama/photo3d_job.h"

namespace diorama {

struct CameraExtras {
    std::optional<Seconds> preview{};

    static DIORAMA_API const std::vector<Field<CameraExtras>>& fields();
};

struct CameraJob {
    std::filesystem::path input{};
    std::filesystem::path output{};
    CameraOptions camera{};
    FillOptions fill{.fill = "smooth"};  // what motion uncovers is narrow
    DepthSource depth{};
    DepthPreparation preparation{};
    FilmOptions film{};
    EncoderOptions encoder{};
    CameraExtras extras{};
    ReadOptions read{};
};

// As the jobs of jobs.h.
DIORAMA_API JobSummary run_job(const CameraJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama
