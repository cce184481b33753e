#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/fill.h"
#include "diorama/jobs.h"
#include "diorama/picture.h"
#include "pipeline/fill_film.h"
#include "pipeline/film_jobs.h"
#include "pipeline/holes.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

bool is_hole(float value) {
    return value >= 0.5F;
}

bool names_depth(const DepthSource& source) {
    return !source.depth.empty() || !source.depth_model.empty();
}

void check_job(const FillJob& job) {
    validate(job.fill);
    validate(job.read);
    check(job.depth);
    refuse_film_options(job.source, job.input);
    refuse_film_options(job.part, job.input);
    refuse_film_options(job.encoder, job.input);
    require_holes(job);
    if (output_kind(job.output) != OutputKind::picture)
        throw Error(ErrorCode::unsupported, "a filled picture is written as .png, .jpg, .tif, ...",
                    job.output.string());
    core::require_writable(job.output);
    std::vector<std::filesystem::path> inputs{job.input, job.depth.depth};
    inputs.insert(inputs.end(), job.subject.matte.begin(), job.subject.matte.end());
    inputs.insert(inputs.end(), job.hole.hole.begin(), job.hole.hole.end());
    std::vector<std::filesystem::path> outputs{job.output};
    if (!job.extras.save_depth.empty()) {
        if (!names_depth(job.depth))
            throw Error(ErrorCode::usage, "needs --depth or --depth-model", "--save-depth");
        core::require_writable(job.extras.save_depth);
        outputs.emplace_back(job.extras.save_depth);
    }
    require_distinct(inputs, outputs);
}

std::vector<Matte> find_holes(const FillJob& job, const Image& picture, const RunContext& run,
                              JobSummary& summary) {
    const Fitting whole = fit(picture.size(), picture.size());
    std::vector<Matte> subjects = find_subjects(or_built_in(job.subject, picture), job.depth.device,
                                                picture, whole, job.read, run, summary);
    if (std::ranges::none_of(union_of(subjects).values(), is_hole))
        throw Error(ErrorCode::unreadable,
                    "none is found there; try another box or other points, or give --matte FILE",
                    "--hole subject");
    return subjects;
}

JobSummary do_job(const FillJob& job, const RunContext& run, RunMode mode) {
    check_job(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const Filler filler(job.fill, job.depth.device, run.threads);
    const Image picture = read_input(job.input, job.read, run);
    std::optional<DepthFinder> finder;
    if (names_depth(job.depth))
        finder.emplace(job.depth, fit(picture.size(), picture.size()), job.read, run);
    const bool asks_subject = names_subject(job.hole);
    require_network(job.depth.device, filler.runs_network() || !job.depth.depth_model.empty() ||
                                          (asks_subject && may_run_network(job.subject)));
    std::vector<Matte> holes = read_holes(job, picture.size());
    summary.input_size = summary.size = picture.size();
    summary.outputs = {job.output};
    if (!job.extras.save_depth.empty()) summary.outputs.emplace_back(job.extras.save_depth);
    if (mode == RunMode::dry_run) return summary;

    if (asks_subject) {
        stages.begin("finding the subject");
        std::ranges::move(find_holes(job, picture, run, summary), std::back_inserter(holes));
    }
    const Matte hole = union_of(holes);
    if (std::ranges::all_of(hole.values(), is_hole))
        throw Error(ErrorCode::unreadable,
                    "takes all of the picture: nothing is left that it could be filled from",
                    "--hole " + job.hole.hole.front());
    std::optional<InverseDepth> depth;
    if (finder) {
        stages.begin("measuring depth");
        depth = finder->find(picture, nullptr, run).inverse_depth;
    }
    stages.begin("filling");
    const Filled filled = filler.fill(picture, hole, {.depth = depth ? &*depth : nullptr}, run);

    stages.begin("writing");
    write_picture(job.output, filled.picture);
    if (!job.extras.save_depth.empty()) write_inverse_depth(job.extras.save_depth, filled.depth);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

JobSummary run_job(const FillJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] {
        const RunContext own = pipeline::with_threads(run, job.read);
        return pipeline::is_film(job.input) ? pipeline::make_fill_film(job, own, mode)
                                            : pipeline::do_job(job, own, mode);
    });
}

}  // namespace diorama
