#include "pipeline/depth_film.h"

#include "core/temporary_file.h"
#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "film/depth_stages.h"
#include "pipeline/film_jobs.h"
#include "pipeline/idle_options.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

void check_job(const DepthJob& job) {
    validate(job.read);
    validate(job.steady);
    check(job.depth);
    constexpr const char* kWhy = "is for pictures, but the input is a film";
    refuse_changed(job.subject, {}, kWhy);
    refuse_changed(DepthExtras{.confidence = job.extras.confidence}, {}, kWhy);
    refuse_changed(DepthSource{.depth = job.depth.depth, .detail = job.depth.detail}, {}, kWhy);
    if (!job.extras.colormap.empty()) {
        (void)colour_map(InverseDepth({1, 1}), job.extras.colormap);
        return;
    }
    const std::string ending = core::ending_of(job.output);
    if (ending != ".png" && ending != ".exr")
        throw Error(ErrorCode::unsupported,
                    "depth of a film is written as a sequence, depth_%04d.exr or .png; other "
                    "formats are for --colormap",
                    job.output.string());
}

film::Identity identity_of(const DepthJob& job) {
    film::Identity identity;
    film::note(identity, job.depth);
    film::note(identity, job.steady);
    film::note(identity, job.extras);
    return identity;
}

}  // namespace

JobSummary make_depth_film(const DepthJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    const Model model(find_model(job.depth.depth_model.empty() ? std::string(kBuiltInDepth)
                                                               : job.depth.depth_model,
                                 {ModelTask::depth}, run),
                      job.depth.device, run.threads);
    const auto draw = [&](const film::Travelling& frame, const RunContext&) -> film::Drawn {
        if (job.extras.colormap.empty()) return frame.depth;
        return colour_map(frame.depth, job.extras.colormap);
    };
    const auto make_effect = [&] {
        film::Effect effect{.draw = draw};
        effect.stages.push_back(std::make_unique<film::DepthStage>(model));
        effect.stages.push_back(std::make_unique<film::SteadyStage>(job.steady));
        return effect;
    };
    return make_film({.input = job.input,
                      .output = job.output,
                      .source = job.source,
                      .duration = job.part.duration,
                      .preview = job.part.preview,
                      .format = {.encoder = job.encoder},
                      .identity = identity_of(job),
                      .make_effect = make_effect},
                     run, mode);
}

}  // namespace diorama::pipeline
