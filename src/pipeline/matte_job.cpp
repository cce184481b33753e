#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/jobs.h"
#include "diorama/matte.h"
#include "diorama/picture.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {

namespace pipeline {
namespace {

JobSummary do_job(const MatteJob& job, const RunContext& run_of_caller, RunMode mode) {
    RunContext run = run_of_caller;
    if (job.read.threads > 0) run.threads = job.read.threads;
    validate(job.read);
    check(job.subject);
    if (output_kind(job.output) != OutputKind::picture)
        throw Error(ErrorCode::unsupported,
                    "a matte is written as a picture: .png, .tif, .exr, .jpg, .bmp",
                    job.output.string());
    core::require_writable(job.output);
    std::vector<std::filesystem::path> outputs{job.output};
    if (!job.extras.save_overlay.empty()) {
        core::require_writable(job.extras.save_overlay);
        outputs.emplace_back(job.extras.save_overlay);
    }
    require_distinct({job.input}, outputs);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const Image picture = read_input(job.input, job.read, run);
    summary.input_size = summary.size = picture.size();
    summary.outputs = outputs;
    if (mode == RunMode::dry_run) return summary;

    stages.begin("finding the subject");
    const std::vector<Matte> mattes = find_subjects(
        job.subject, job.device, picture, fit(picture.size(), picture.size()), job.read, run);
    if (mattes.empty())
        throw Error(ErrorCode::usage,
                    "what is the subject? give --box X,Y,W,H, --point X,Y or --matte-model MODEL",
                    job.input.string());
    summary.subjects = static_cast<int>(mattes.size());
    const Matte all = union_of(mattes);

    stages.begin("writing");
    write_matte(job.output, all);
    if (!job.extras.save_overlay.empty())
        write_picture(job.extras.save_overlay, draw_matte_overlay(picture, all));
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

JobSummary run_job(const MatteJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] { return pipeline::do_job(job, run, mode); });
}

}  // namespace diorama
