#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/temporary_file.h"
#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "diorama/flow.h"
#include "diorama/jobs.h"
#include "diorama/picture.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> outputs_of(const FlowJob& job) {
    std::vector<fs::path> outputs{job.output};
    for (const std::string& extra : {job.extras.occlusion, job.extras.warp})
        if (!extra.empty()) outputs.emplace_back(extra);
    return outputs;
}

void check(const FlowSource& source) {
    validate(source);
    require_network(source.device, !source.flow_model.empty());
    if (source.flow_model.empty()) return;
    if (source.flow_preset)
        throw Error(ErrorCode::usage, "is of the built-in method; leave it or --flow-model out",
                    "--flow-preset");
    (void)find_model(source.flow_model, {ModelTask::flow});
}

void check_job(const FlowJob& job) {
    validate(job.read);
    check(job.source);
    for (const fs::path& output : outputs_of(job)) {
        const bool vectors = output == job.output && core::ending_of(output) == ".flo";
        if (!vectors && output_kind(output) != OutputKind::picture)
            throw Error(ErrorCode::unsupported,
                        output == job.output
                            ? "flow is written as .flo, .exr (floats) or a picture of colours"
                            : "this is written as a picture: .png, .exr, .jpg",
                        output.string());
        core::require_writable(output);
    }
    require_distinct({job.from, job.to}, outputs_of(job));
}

// Flow between two pictures in either direction.
class FlowFinder {
 public:
    FlowFinder(const FlowSource& source, const RunContext& run)
        : preset_(source.flow_preset.value_or(FlowPreset::medium)) {
        if (!source.flow_model.empty())
            model_.emplace(find_model(source.flow_model, {ModelTask::flow}, run), source.device,
                           run.threads);
    }

    [[nodiscard]] Flow find(const Image& from, const Image& to, const RunContext& run) const {
        return model_ ? estimate_flow(*model_, from, to, run)
                      : estimate_flow(from, to, preset_, run);
    }

 private:
    FlowPreset preset_;
    std::optional<Model> model_;
};

// White where a pixel is not seen in the other picture.
Matte find_hidden(const Flow& there, const Flow& back, const RunContext& run) {
    const Confidence seen = flow_confidence(there, back, run);
    Matte hidden(seen.size());
    std::ranges::transform(seen.values(), hidden.values().begin(),
                           [](float confidence) { return 1 - confidence; });
    return hidden;
}

JobSummary do_job(const FlowJob& job, const RunContext& run, RunMode mode) {
    check_job(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const auto [from, to] = read_two_inputs(job.from, job.to, "flow", job.read, run);
    summary.input_size = summary.size = from.size();
    summary.outputs = outputs_of(job);
    const FlowFinder finder(job.source, run);
    if (mode == RunMode::dry_run) return summary;

    stages.begin("following pixels");
    const Flow flow = finder.find(from, to, run);
    Matte hidden;
    if (!job.extras.occlusion.empty()) hidden = find_hidden(flow, finder.find(to, from, run), run);

    stages.begin("writing");
    write_flow(job.output, flow);
    if (!job.extras.occlusion.empty()) write_matte(job.extras.occlusion, hidden);
    if (!job.extras.warp.empty()) write_picture(job.extras.warp, warp_by_flow(to, flow, run));
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

JobSummary run_job(const FlowJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors(
        [&] { return pipeline::do_job(job, pipeline::with_threads(run, job.read), mode); });
}

}  // namespace diorama
