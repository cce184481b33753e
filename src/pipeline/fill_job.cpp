#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/fill.h"
#include "diorama/jobs.h"
#include "diorama/picture.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

constexpr const char* kSubject = "subject";

bool names_subject(const HoleSource& source) {
    return std::ranges::find(source.hole, kSubject) != source.hole.end();
}

bool is_hole(float value) {
    return value >= 0.5F;
}

bool names_depth(const DepthSource& source) {
    return !source.depth.empty() || !source.depth_model.empty();
}

// Flags that say what the subject is, where nobody asks.
void refuse_idle_subject(const SubjectSource& source) {
    const SubjectSource nothing;
    for (const auto& field : SubjectSource::fields())
        if (field.get(source) != field.get(nothing))
            throw Error(ErrorCode::usage,
                        "says what the subject is, but --hole does not ask for it; give --hole "
                        "subject, too",
                        fmt::format("--{}", field.name));
}

void check_job(const FillJob& job) {
    validate(job.fill);
    validate(job.read);
    check(job.subject);
    check(job.depth);
    if (job.hole.hole.empty())
        throw Error(ErrorCode::usage,
                    "what is to be filled? give --hole FILE, a mask with white = hole, or --hole "
                    "subject",
                    job.input.string());
    if (!names_subject(job.hole)) refuse_idle_subject(job.subject);
    if (output_kind(job.output) != OutputKind::picture)
        throw Error(ErrorCode::unsupported, "a filled picture is written as .png, .jpg, .tif, ...",
                    job.output.string());
    core::require_writable(job.output);
    std::vector<std::filesystem::path> inputs{job.input, job.depth.depth};
    inputs.insert(inputs.end(), job.subject.matte.begin(), job.subject.matte.end());
    for (const std::string& hole : job.hole.hole) {
        if (hole == kSubject) continue;
        if (!is_there(hole)) throw Error(ErrorCode::not_found, "no such file", hole);
        inputs.emplace_back(hole);
    }
    std::vector<std::filesystem::path> outputs{job.output};
    if (!job.extras.save_depth.empty()) {
        if (!names_depth(job.depth))
            throw Error(ErrorCode::usage, "needs --depth or --depth-model", "--save-depth");
        core::require_writable(job.extras.save_depth);
        outputs.emplace_back(job.extras.save_depth);
    }
    require_distinct(inputs, outputs);
}

Matte read_hole(const std::string& file, Size picture, const ReadOptions& read) {
    Matte hole = read_matte(file, limits_of(read));
    if (hole.size() != picture)
        throw Error(ErrorCode::mismatch,
                    fmt::format("the mask is {}×{} but the picture is {}×{}; they must have one "
                                "size",
                                hole.width(), hole.height(), picture.width, picture.height),
                    file);
    return hole;
}

std::vector<Matte> read_holes(const FillJob& job, Size picture) {
    std::vector<Matte> holes;
    for (const std::string& file : job.hole.hole) {
        if (file == kSubject) continue;
        holes.push_back(read_hole(file, picture, job.read));
        if (std::ranges::none_of(holes.back().values(), is_hole))
            throw Error(ErrorCode::unreadable,
                        "holds no white, so there is nothing to fill; white = hole", file);
    }
    return holes;
}

std::vector<Matte> find_holes(const FillJob& job, const Image& picture, const RunContext& run,
                              JobSummary& summary) {
    const Fitting whole = fit(picture.size(), picture.size());
    std::vector<Matte> subjects =
        find_subjects(job.subject, job.depth.device, picture, whole, job.read, run, summary);
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
    if (asks_subject) require_subject(job.subject, picture, "--hole subject");
    require_network(job.depth.device, filler.runs_network() || !job.depth.depth_model.empty() ||
                                          !job.subject.matte_model.empty());
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
    return pipeline::translating_errors(
        [&] { return pipeline::do_job(job, pipeline::with_threads(run, job.read), mode); });
}

}  // namespace diorama
