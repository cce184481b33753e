#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// Whole jobs, from file to file: what the command's verbs do. A job checks everything that can be
// checked before it begins long work, and leaves no half-written output.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/fill.h"
#include "diorama/flow.h"
#include "diorama/image.h"
#include "diorama/job_options.h"
#include "diorama/job_summary.h"
#include "diorama/options.h"
#include "diorama/planes.h"
#include "diorama/popout.h"
#include "diorama/run.h"
#include "diorama/scroll.h"
#include "diorama/steady_depth.h"
#include "diorama/video.h"

namespace diorama {

struct PopoutExtras {
    bool each = false;
    std::optional<Seconds> preview{};
    std::string save_layers{};
    std::string save_slices{};
    std::string save_matte_overlay{};

    static DIORAMA_API const std::vector<Field<PopoutExtras>>& fields();
};

struct PopoutJob {
    std::filesystem::path input{};
    std::filesystem::path output{};
    PopoutOptions popout{};
    FillOptions fill{};
    SubjectSource subject{};
    DepthSource depth{};
    FilmOptions film{};
    EncoderOptions encoder{};
    PopoutExtras extras{};
    // Of films that come of films.
    SteadyOptions steady{};
    FilmSource source{};
    ReadOptions read{};
};

struct ScrollExtras {
    std::optional<Seconds> preview{};
    std::string save_modalities{};
    std::string save_overlay{};
    std::string save_boundaries{};
    std::string save_overlays{};
    std::string save_layers{};
    std::string save_world{};

    static DIORAMA_API const std::vector<Field<ScrollExtras>>& fields();
};

struct ScrollJob {
    std::filesystem::path input{};
    std::filesystem::path output{};
    ScrollOptions scroll{};
    PlaneOptions planes{};
    FillOptions fill{};
    SubjectSource subject{};
    DepthSource depth{};
    FilmOptions film{.usual_loop = Seconds(20)};
    EncoderOptions encoder{};
    ScrollExtras extras{};
    ReadOptions read{};
};

struct DepthExtras {
    std::string colormap{};
    std::string confidence{};

    static DIORAMA_API const std::vector<Field<DepthExtras>>& fields();
};

struct DepthJob {
    std::filesystem::path input{};
    std::filesystem::path output{};
    DepthSource depth{};
    SubjectSource subject{};
    DepthExtras extras{};
    // Of films.
    SteadyOptions steady{};
    FilmSource source{};
    FilmPart part{};
    EncoderOptions encoder{};
    ReadOptions read{};
};

struct MatteExtras {
    bool each = false;
    std::string save_overlay{};

    static DIORAMA_API const std::vector<Field<MatteExtras>>& fields();
};

struct MatteJob {
    std::filesystem::path input{};
    std::filesystem::path output{};
    SubjectSource subject{};
    Device device = Device::cpu;
    MatteExtras extras{};
    // Of films.
    FilmSource source{};
    FilmPart part{};
    EncoderOptions encoder{};
    ReadOptions read{};
};

// What is to be filled: mask files, white = hole, or the word "subject".
struct HoleSource {
    std::vector<std::string> hole{};

    static DIORAMA_API const std::vector<Field<HoleSource>>& fields();
};

struct FillExtras {
    std::string save_depth{};

    static DIORAMA_API const std::vector<Field<FillExtras>>& fields();
};

struct FillJob {
    std::filesystem::path input{};
    std::filesystem::path output{};
    HoleSource hole{};
    FillOptions fill{};
    SubjectSource subject{};
    DepthSource depth{};
    FillExtras extras{};
    // Of films.
    FilmSource source{};
    FilmPart part{};
    EncoderOptions encoder{};
    ReadOptions read{};
};

// How two pictures are compared: by a network, or else by the built-in method.
struct FlowSource {
    std::string flow_model{};
    std::optional<FlowPreset> flow_preset{};  // of the built-in method: else medium
    Device device = Device::cpu;

    static DIORAMA_API const std::vector<Field<FlowSource>>& fields();
};

struct FlowExtras {
    std::string occlusion{};
    std::string warp{};

    static DIORAMA_API const std::vector<Field<FlowExtras>>& fields();
};

struct FlowJob {
    std::filesystem::path from{};
    std::filesystem::path to{};
    std::filesystem::path output{};
    FlowSource source{};
    FlowExtras extras{};
    ReadOptions read{};
};

// Each throws Error with one clear line. A dry run checks options, inputs and outputs and returns
// the summary without its work.
DIORAMA_API JobSummary run_job(const PopoutJob& job, const RunContext& run, RunMode mode);
DIORAMA_API JobSummary run_job(const ScrollJob& job, const RunContext& run, RunMode mode);
DIORAMA_API JobSummary run_job(const DepthJob& job, const RunContext& run, RunMode mode);
DIORAMA_API JobSummary run_job(const MatteJob& job, const RunContext& run, RunMode mode);
DIORAMA_API JobSummary run_job(const FlowJob& job, const RunContext& run, RunMode mode);
DIORAMA_API JobSummary run_job(const FillJob& job, const RunContext& run, RunMode mode);

}  // namespace diorama
