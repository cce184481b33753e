#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/jobs.h"
#include "diorama/matte.h"
#include "diorama/picture.h"
#include "pipeline/film_jobs.h"
#include "pipeline/matte_film.h"
#include "pipeline/output_names.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {

namespace pipeline {
namespace {

void check_job(const MatteJob& job) {
    validate(job.read);
    refuse_film_options(job.source, job.input);
    refuse_film_options(job.part, job.input);
    refuse_film_options(job.encoder, job.input);
    check(job.subject);
    require_network(job.device, may_run_network(job.subject));
    if (output_kind(job.output) != OutputKind::picture)
        throw Error(ErrorCode::unsupported,
                    "a matte is written as a picture: .png, .tif, .exr, .jpg, .bmp",
                    job.output.string());
    core::require_writable(job.output);
    if (!job.extras.save_overlay.empty()) core::require_writable(job.extras.save_overlay);
}

// Where the mattes go, the overlay after them.
std::vector<std::filesystem::path> name_outputs(const MatteJob& job, std::size_t subjects) {
    auto outputs = names_of(job.output, job.extras.each ? subjects : 1);
    if (!job.extras.save_overlay.empty()) outputs.emplace_back(job.extras.save_overlay);
    std::vector<std::filesystem::path> inputs{job.input};
    inputs.insert(inputs.end(), job.subject.matte.begin(), job.subject.matte.end());
    require_distinct(inputs, outputs);
    return outputs;
}

JobSummary do_job(const MatteJob& job, const RunContext& run, RunMode mode) {
    check_job(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    summary.outputs = name_outputs(job, count_named(job.subject));
    const Image picture = read_input(job.input, job.read, run);
    summary.input_size = summary.size = picture.size();
    if (mode == RunMode::dry_run) return summary;

    stages.begin("finding the subject");
    const std::vector<Matte> mattes =
        find_subjects(or_built_in(job.subject, picture), job.device, picture,
                      fit(picture.size(), picture.size()), job.read, run, summary);
    summary.outputs = name_outputs(job, mattes.size());
    const Matte all = union_of(mattes);

    stages.begin("writing");
    if (job.extras.each)
        for (std::size_t n = 0; n < mattes.size(); ++n) write_matte(summary.outputs[n], mattes[n]);
    else
        write_matte(job.output, all);
    if (!job.extras.save_overlay.empty())
        write_picture(job.extras.save_overlay, draw_matte_overlay(picture, all));
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

JobSummary run_job(const MatteJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] {
        const RunContext own = pipeline::with_threads(run, job.read);
        return pipeline::is_film(job.input) ? pipeline::make_matte_film(job, own, mode)
                                            : pipeline::do_job(job, own, mode);
    });
}

}  // namespace diorama
