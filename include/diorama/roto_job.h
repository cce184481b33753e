#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// Pictures and films as flat tones to draw over.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/job_options.h"
#include "diorama/job_summary.h"
#include "diorama/options.h"
#include "diorama/run.h"
#include "diorama/shapes.h"
#include "diorama/steady_tones.h"
#include "diorama/tone_estimate.h"
#include "diorama/video.h"

namespace diorama {

struct ToneSource {
    std::optional<ToneMethod> tones{};  // else the network, where there is one, else thresholds
    std::string tone_model{};
    Device device = Device::cpu;
    bool subject = false;  // as soon as SubjectSource names one, too

    static DIORAMA_API const std::vector<Field<ToneSource>>& fields();
};

struct RotoExtras {
    std::string palette = "auto";
    int start_number = 1;
    std::vector<std::string> make{};  // into a folder; else flat, tones and svg
    std::string compare{};

    static DIORAMA_API const std::vector<Field<RotoExtras>>& fields();
};

struct RotoJob {
    std::filesystem::path input{};
    std::filesystem::path output{};
    ToneSource tones{};
    ToneNudges nudges{};
    SubjectSource subject{};
    DrawingOptions drawing{};
    TraceOptions trace{};
    RotoExtras extras{};
    // Of films.
    FilmSource source{};
    FilmPart part{};
    EncoderOptions encoder{};
    ReadOptions read{};
};

// As the jobs of jobs.h.
DIORAMA_API JobSummary run_job(const RotoJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama
