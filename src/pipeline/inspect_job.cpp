#include "diorama/inspect_job.h"

#include "core/temporary_file.h"
#include "diorama/disparity_files.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "pipeline/photo_disparity.h"
#include "pipeline/style_source.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

std::vector<std::filesystem::path> outputs_of(const StereoJob& job) {
    std::vector<std::filesystem::path> outputs{job.output};
    for (const std::string& extra : {job.extras.save_disparity, job.style.save_style})
        if (!extra.empty()) outputs.emplace_back(extra);
    return outputs;
}

void check_job(const StereoJob& job) {
    check_disparity(job);
    if (output_kind(job.output) != OutputKind::picture)
        throw Error(ErrorCode::unsupported, "what is seen is written as a picture: .png, .jpg",
                    job.output.string());
    for (const std::filesystem::path& output : outputs_of(job)) core::require_writable(output);
    require_distinct(inputs_of(job), outputs_of(job));
}

InspectSummary do_job(const StereoJob& job, const RunContext& run, RunMode mode) {
    check_job(job);

    InspectSummary summary;
    Stages stages(run, summary.job);
    stages.begin("reading");
    const Image picture = read_input(job.input, job.read, run);
    summary.job.input_size = summary.job.size = picture.size();
    summary.job.outputs = outputs_of(job);
    const Fitting fitting = fit(picture.size(), picture.size());
    const DisparityFinder finder(job, fitting, run);
    const std::optional<Filler> filler = open_filler(job, run);
    require_network(job.depth.device, finder.runs_network() || (filler && filler->runs_network()) ||
                                          !job.subject.matte_model.empty());
    if (mode == RunMode::dry_run) return summary;

    const FoundDisparity found = finder.find(picture, stages, run, summary.job);
    summary.measures = measure_disparity(found.disparity);

    stages.begin("drawing");
    StereoPair views =
        make_stereo_pair(picture, found.disparity, filler ? &*filler : nullptr, job.stereo, run);
    if (job.disparity.edge_violation == EdgeViolation::window) {
        float_left_edge(views.left, summary.measures->cuts);
        float_right_edge(views.right, summary.measures->cuts);
    }
    write_picture(job.output,
                  draw_inspection(views.left, views.right, found.disparity, job.disparity, run));
    if (!job.extras.save_disparity.empty())
        write_disparity(job.extras.save_disparity, found.disparity);
    if (found.style) write_style(job.style.save_style, *found.style);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

InspectSummary run_job(const InspectJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] {
        return pipeline::do_job(job.stereo, pipeline::with_threads(run, job.stereo.read), mode);
    });
}

}  // namespace diorama
