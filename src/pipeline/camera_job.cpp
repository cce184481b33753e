#include "diorama/camera_job.h"

#include "pipeline/carried_depth.h"
#include "pipeline/depth_preparation.h"
#include "pipeline/loops.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

FilmTarget target_of(const CameraJob& job) {
    return {.output = job.output,
            .film = job.film,
            .encoder = job.encoder,
            .preview = job.extras.preview};
}

void check_job(const CameraJob& job) {
    validate(job.camera);
    validate(job.fill);
    validate(job.preparation);
    validate(job.film);
    validate(job.extras);
    validate(job.read);
    check(job.depth);
    check_output(target_of(job));
    require_distinct({job.input, job.depth.depth}, {job.output});
}

JobSummary do_job(const CameraJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    const FilmTarget target = target_of(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const FilmPlan plan = begin_film(target, job.input, job.read, summary, run);
    const Fitting fitting = fit(summary.input_size, plan.size);
    const DepthSource source = or_carried(job.depth, job.input, job.read, run);
    const DepthFinder finder(source, fitting, job.read, run);
    const Filler filler(job.fill, job.depth.device, run.threads);
    require_network(job.depth.device, filler.runs_network() || runs_network(source));
    if (mode == RunMode::dry_run) return summary;

    const Image photo = apply(fitting, read_input(job.input, job.read, run));
    stages.begin("measuring depth");
    InverseDepth depth = finder.find(photo, nullptr, run).inverse_depth;
    prepare(job.preparation, depth);

    stages.begin("parting layers");
    const Camera camera(photo, depth, job.camera, filler, run);

    stages.begin("drawing and encoding");
    write_loop(camera, target, plan, run);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

const std::vector<Field<CameraExtras>>& CameraExtras::fields() {
    static const std::vector<Field<CameraExtras>> list{
        field("preview", &CameraExtras::preview, {.min = 0, .unit = "s"},
              "only the frame at this time, as a picture"),
    };
    return list;
}

JobSummary run_job(const CameraJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors(
        [&] { return pipeline::do_job(job, pipeline::with_threads(run, job.read), mode); });
}

}  // namespace diorama
