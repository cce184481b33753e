#include "diorama/match_job.h"

#include <fmt/format.h>

#include <optional>

#include "core/temporary_file.h"
#include "diorama/catalogue.h"
#include "diorama/disparity_files.h"
#include "diorama/error.h"
#include "diorama/match.h"
#include "diorama/picture.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> outputs_of(const MatchJob& job) {
    std::vector<fs::path> outputs{job.output};
    for (const std::string& extra :
         {job.extras.valid, job.extras.save_right, job.extras.save_right_valid})
        if (!extra.empty()) outputs.emplace_back(extra);
    return outputs;
}

void check_disparity_output(const fs::path& file) {
    const std::string ending = core::ending_of(file);
    if (ending != ".exr" && ending != ".png")
        throw Error(ErrorCode::unsupported, "disparity is written as .exr (float) or .png (16 bit)",
                    file.string());
}

void check_job(const MatchJob& job) {
    validate(job.read);
    validate(job.source);
    require_network(job.source.device, !job.source.flow_model.empty());
    if (!job.source.flow_model.empty()) (void)find_model(job.source.flow_model, {ModelTask::flow});
    check_disparity_output(job.output);
    if (!job.extras.save_right.empty()) check_disparity_output(job.extras.save_right);
    for (const fs::path& output : outputs_of(job)) {
        if (output_kind(output) != OutputKind::picture)
            throw Error(ErrorCode::unsupported, "this is written as a picture: .png, .exr",
                        output.string());
        core::require_writable(output);
    }
    require_distinct({job.left, job.right}, outputs_of(job));
}

JobSummary do_job(const MatchJob& job, const RunContext& run, RunMode mode) {
    check_job(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const auto [left, right] = read_two_inputs(job.left, job.right, "matching", job.read, run);
    summary.input_size = summary.size = left.size();
    summary.outputs = outputs_of(job);
    std::optional<Model> flow;
    if (!job.source.flow_model.empty())
        flow.emplace(find_model(job.source.flow_model, {ModelTask::flow}, run), job.source.device,
                     run.threads);
    if (mode == RunMode::dry_run) return summary;

    stages.begin("matching");
    const StereoMatch match =
        flow ? match_views(*flow, left, right, run) : match_views(left, right, run);

    stages.begin("writing");
    write_disparity(job.output, match.left.disparity);
    if (!job.extras.valid.empty()) write_matte(job.extras.valid, match.left.valid);
    if (!job.extras.save_right.empty())
        write_disparity(job.extras.save_right, match.right.disparity);
    if (!job.extras.save_right_valid.empty())
        write_matte(job.extras.save_right_valid, match.right.valid);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

const std::vector<Field<MatchSource>>& MatchSource::fields() {
    static const std::vector<Field<MatchSource>> list{
        field("flow-model", &MatchSource::flow_model, {.placeholder = "MODEL"},
              "match by this network for optical flow: a name of `diorama models list`, NAME=FILE, "
              "or an .onnx file with its interface block beside it"),
        field("device", &MatchSource::device, "where networks run"),
    };
    return list;
}

const std::vector<Field<MatchExtras>>& MatchExtras::fields() {
    static const std::vector<Field<MatchExtras>> list{
        field("valid", &MatchExtras::valid, {.placeholder = "FILE"},
              "white where left and right agree, as a picture"),
        field("save-right", &MatchExtras::save_right, {.placeholder = "FILE"},
              "disparity in the right view's geometry"),
        field("save-right-valid", &MatchExtras::save_right_valid, {.placeholder = "FILE"},
              "the right view's --valid"),
    };
    return list;
}

JobSummary run_job(const MatchJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors(
        [&] { return pipeline::do_job(job, pipeline::with_threads(run, job.read), mode); });
}

}  // namespace diorama
