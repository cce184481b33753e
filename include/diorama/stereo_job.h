#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// From a photo to two views: what `diorama stereo` does.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diorama/disparity.h"
#include "diorama/export.h"
#include "diorama/job_options.h"
#include "diorama/jobs.h"
#include "diorama/options.h"
#include "diorama/steady_depth.h"
#include "diorama/stereo.h"
#include "diorama/stereo_format.h"
#include "diorama/style_source.h"
#include "diorama/video.h"

namespace diorama {

// Where disparity departs from the global line.
struct SculptSource {
    std::vector<std::string> sculpt{};

    static DIORAMA_API const std::vector<Field<SculptSource>>& fields();
};

struct StereoExtras {
    std::string fill = "side";
    std::string disparity{};
    std::string save_disparity{};

    static DIORAMA_API const std::vector<Field<StereoExtras>>& fields();
};

// An artist's cues through a film; docs/films.md has the file's form.
struct ControlSource {
    std::string controls{};

    static DIORAMA_API const std::vector<Field<ControlSource>>& fields();
};

struct StereoPreview {
    std::optional<Seconds> preview{};

    static DIORAMA_API const std::vector<Field<StereoPreview>>& fields();
};

struct StereoJob {
    std::filesystem::path input{};
    std::filesystem::path output{};
    StereoFormatOptions format{};
    DisparityOptions disparity{};
    SculptSource sculpt{};
    StyleSource style{};
    StereoOptions stereo{};
    StereoExtras extras{};
    SubjectSource subject{};
    DepthSource depth{};
    // Of films that come of films.
    SteadyOptions steady{};
    FilmSource source{};
    ControlSource controls{};
    StereoPreview look{};
    // Of films and wiggles.
    FilmOptions film{.fps = "20", .usual_loop = Seconds(1)};
    EncoderOptions encoder{};
    ReadOptions read{};
};

// As the jobs of jobs.h.
DIORAMA_API JobSummary run_job(const StereoJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama
