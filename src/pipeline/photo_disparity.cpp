#include "pipeline/photo_disparity.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/temporary_file.h"
#include "diorama/disparity_files.h"
#include "diorama/error.h"
#include "diorama/style.h"
#include "pipeline/carried_depth.h"
#include "pipeline/film_jobs.h"
#include "pipeline/idle_options.h"
#include "pipeline/sculpt.h"
#include "pipeline/style_source.h"

namespace diorama::pipeline {
namespace {

bool needs_depth(const StereoJob& job) {
    return job.extras.disparity.empty() || !job.style.save_style.empty();
}

// What makes disparity has nothing to do where it comes from a file.
void refuse_idle_controls(const StereoJob& job) {
    if (job.extras.disparity.empty()) return;
    constexpr const char* kWhy =
        "makes disparity, which --disparity gives; leave one of the two away";
    refuse_changed(job.disparity, {}, kWhy, {"edge-violation"});
    refuse_changed(job.sculpt, {}, kWhy);
    refuse_changed(job.controls, {}, kWhy);
    refuse_changed(job.style, {}, kWhy, {"save-style"});
    refuse_changed(job.subject, {}, kWhy);
    refuse_changed(job.stereo, {}, kWhy, {"eyes", "balance"});
    if (!needs_depth(job)) refuse_changed(job.depth, {}, kWhy);
}

void check_eyes(const StereoJob& job) {
    if (job.stereo.eyes == Eyes::both) return;
    refuse_changed(job.stereo, {},
                   "shares the shift between two eyes that are made; give --eyes both, too",
                   {"eyes", "depth-edges"});
}

// A film's may be shown at several times, which is for who follows them to check.
void check_subjects(const StereoJob& job) {
    const std::vector<Sculpting> sculptings = parse_sculptings(job.sculpt.sculpt, job.subject);
    if (is_film(job.input)) return;
    check(job.subject);
    for (const Sculpting& sculpting : sculptings) check(sculpting.what);
}

void check_style(const StereoJob& job) {
    check(job.style);
    if (!job.style.style.empty())
        refuse_changed(job.disparity, {}, "is what --style says; leave one of the two away",
                       {"tone", "comfort", "edge-violation"});
}

// Of the views' size, as --save-disparity wrote it, or of the photo's shape.
Disparity read_fitting_disparity(const StereoJob& job, const Fitting& fitting) {
    Disparity disparity = read_disparity(job.extras.disparity, limits_of(job.read));
    if (disparity.size() == Size{fitting.crop.width, fitting.crop.height}) return disparity;
    if (!has_shape_of(fitting.from, disparity.size()))
        throw Error(ErrorCode::mismatch,
                    fmt::format("this {}×{} disparity has not the shape of the picture, which is "
                                "{}×{}; is it another picture's?",
                                disparity.width(), disparity.height(), fitting.from.width,
                                fitting.from.height),
                    job.extras.disparity);
    return apply(fitting, std::move(disparity));
}

}  // namespace

void check_disparity(const StereoJob& job) {
    validate(job.disparity);
    validate(job.stereo);
    validate(job.read);
    (void)find_anchors(InverseDepth({1, 1}), job.disparity);
    (void)make_disparity(InverseDepth({1, 1}), {}, job.disparity);
    check_subjects(job);
    check(job.depth);
    check_style(job);
    check_eyes(job);
    refuse_idle_controls(job);
}

std::vector<std::filesystem::path> inputs_of(const StereoJob& job) {
    std::vector<std::filesystem::path> inputs{job.input, job.depth.depth, job.extras.disparity,
                                              job.style.style};
    inputs.insert(inputs.end(), job.subject.matte.begin(), job.subject.matte.end());
    for (const Sculpting& sculpting : parse_sculptings(job.sculpt.sculpt, job.subject))
        inputs.insert(inputs.end(), sculpting.what.matte.begin(), sculpting.what.matte.end());
    return inputs;
}

std::optional<Filler> open_filler(const StereoJob& job, const RunContext& run) {
    // The fill that was made for views is no word of the shared one.
    if (job.extras.fill == "side") return std::nullopt;
    return Filler({.fill = job.extras.fill}, job.depth.device, run.threads);
}

DisparityFinder::DisparityFinder(const StereoJob& job, const Fitting& fitting,
                                 const RunContext& run)
    : job_(job), fitting_(fitting) {
    if (!job.extras.disparity.empty()) file_ = read_fitting_disparity(job, fitting);
    if (needs_depth(job))
        depth_.emplace(or_carried(job.depth, job.input, job.read, run), fitting, job.read, run);
}

bool DisparityFinder::runs_network() const {
    return depth_ && pipeline::runs_network(job_.depth);
}

FoundDisparity DisparityFinder::find(const Image& picture, Stages& stages, const RunContext& run,
                                     JobSummary& summary) const {
    FoundDisparity found;
    if (depth_) {
        stages.begin("measuring depth");
        found.depth = depth_->find(picture, nullptr, run).inverse_depth;
    }
    if (file_.empty()) {
        stages.begin("making disparity");
        found.disparity = make(picture, found.depth, run, summary);
    } else {
        found.disparity = file_;
        answer_edge_cuts(found.disparity, job_.disparity.edge_violation, run);
    }
    if (!job_.style.save_style.empty()) {
        found.style = fit_style(found.depth, found.disparity, Matte(picture.size(), 1));
        if (!found.style)
            throw Error(ErrorCode::unreadable,
                        "the depth is the same everywhere, so there is no style to save",
                        "--save-style " + job_.style.save_style);
    }
    return found;
}

void DisparityFinder::borrow_style(DisparityOptions& options, DepthAnchors& anchors,
                                   const RunContext& run) const {
    try {
        const StereoStyle style = find_style(job_.style, job_.depth, job_.read, run);
        set_style(options, anchors, make_comfortable(style, options, run));
    } catch (const Error& error) {
        if (error.context() != "style") throw;
        throw Error(ErrorCode::unreadable, error.message(), job_.style.style);
    }
}

Disparity DisparityFinder::make(const Image& picture, const InverseDepth& depth,
                                const RunContext& run, JobSummary& summary) const {
    DisparityOptions options = job_.disparity;
    const std::vector<Matte> subjects =
        find_subjects(job_.subject, job_.depth.device, picture, fitting_, job_.read, run, summary);
    const Matte all = subjects.empty() ? Matte() : union_of(subjects);
    DepthAnchors anchors = find_anchors(depth, options, all.empty() ? nullptr : &all);
    if (!job_.style.style.empty()) borrow_style(options, anchors, run);
    const Disparity disparity = make_disparity(depth, anchors, options, sculpt(picture, run), run);
    return place_edges(disparity, picture, job_.stereo.depth_edges, run);
}

Brushstrokes DisparityFinder::sculpt(const Image& picture, const RunContext& run) const {
    const std::vector<Sculpting> sculptings = parse_sculptings(job_.sculpt.sculpt, job_.subject);
    Brushstrokes strokes = read_maps(sculptings, fitting_);
    for (const Sculpting& sculpting : sculptings) {
        if (!sculpting.maps.empty()) continue;
        JobSummary unheard;
        const std::vector<Matte> mattes =
            find_subjects(or_built_in(sculpting.what, picture), job_.depth.device, picture,
                          fitting_, job_.read, run, unheard);
        const Matte all = mattes.empty() ? Matte() : union_of(mattes);
        if (std::ranges::none_of(all.values(), [](float value) { return value > 0; }))
            throw Error(ErrorCode::unreadable,
                        "there is nothing of it in the picture, so nothing can come forward",
                        "--sculpt " + sculpting.text);
        add_lift(strokes, all, sculpting.percent);
    }
    return strokes;
}

}  // namespace diorama::pipeline
