#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

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
    return std::find(source.hole.begin(), source.hole.end(), kSubject) != source.hole.end();
}

bool names_depth(const DepthSource& source) {
    return !source.depth.empty() || !source.depth_model.empty();
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
    if (output_kind(job.output) != OutputKind::picture)
        throw Error(ErrorCode::unsupported, "a filled picture is written as .png, .jpg, .tif, ...",
                    job.output.string());
    core::require_writable(job.output);
    std::vector<std::filesystem::path> inputs{job.input, job.depth.depth};
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

// Throws Error: unreadable, where there is nothing to fill or nothing to fill it from.
void require_some(const Matte& hole, const std::string& name) {
    const auto [least, most] = std::minmax_element(hole.values().begin(), hole.values().end());
    if (*most < 0.5F)
        throw Error(ErrorCode::unreadable, "the mask is black: there is nothing to fill", name);
    if (*least >= 0.5F)
        throw Error(ErrorCode::unreadable,
                    "the mask is white: nothing is left that the hole could be filled from", name);
}

Matte find_hole(const FillJob& job, const Image& picture, const RunContext& run,
                JobSummary& summary) {
    std::vector<Matte> parts;
    for (const std::string& hole : job.hole.hole)
        if (hole != kSubject) parts.push_back(read_hole(hole, picture.size(), job.read));
    if (names_subject(job.hole)) {
        std::vector<Matte> subjects =
            find_subjects(job.subject, job.depth.device, picture,
                          fit(picture.size(), picture.size()), job.read, run, summary);
        if (subjects.empty())
            throw Error(ErrorCode::usage,
                        "what is the subject? give --matte FILE, --box X,Y,W,H, --point X,Y or "
                        "--matte-model FILE",
                        "--hole subject");
        std::move(subjects.begin(), subjects.end(), std::back_inserter(parts));
    }
    Matte hole = union_of(parts);
    require_some(hole, job.hole.hole.front());
    return hole;
}

JobSummary do_job(const FillJob& job, const RunContext& run_of_caller, RunMode mode) {
    RunContext run = run_of_caller;
    if (job.read.threads > 0) run.threads = job.read.threads;
    check_job(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const Filler filler(job.fill, job.depth.device, run.threads);
    const Image picture = read_input(job.input, job.read, run);
    const Fitting whole = fit(picture.size(), picture.size());
    std::optional<DepthFinder> finder;
    if (names_depth(job.depth)) finder.emplace(job.depth, whole, job.read, run);
    summary.input_size = summary.size = picture.size();
    summary.outputs = {job.output};
    if (!job.extras.save_depth.empty()) summary.outputs.emplace_back(job.extras.save_depth);
    if (mode == RunMode::dry_run) return summary;

    stages.begin("finding the hole");
    const Matte hole = find_hole(job, picture, run, summary);
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
    return pipeline::translating_errors([&] { return pipeline::do_job(job, run, mode); });
}

}  // namespace diorama
