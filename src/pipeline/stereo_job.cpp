#include "diorama/stereo_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/temporary_file.h"
#include "diorama/disparity_files.h"
#include "diorama/error.h"
#include "pipeline/sculpt.h"
#include "pipeline/stages.h"
#include "pipeline/stereo_output.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

// The fill that was made for views, which is no word of the shared one.
constexpr const char* kFromTheSide = "side";

std::optional<Filler> open_filler(const StereoJob& job, const RunContext& run) {
    if (job.extras.fill == kFromTheSide) return std::nullopt;
    return Filler({.fill = job.extras.fill}, job.depth.device, run.threads);
}

bool needs_depth(const StereoJob& job) {
    return job.extras.disparity.empty() || job.format.format == StereoFormat::rgbd ||
           job.format.format == StereoFormat::half_rgbd;
}

// What makes disparity has nothing to do where it comes from a file.
void refuse_idle_controls(const StereoJob& job) {
    if (job.extras.disparity.empty()) return;
    const auto refuse_changed = [&](const auto& options, const auto& usual) {
        for (const auto& field : options.fields())
            if (field.get(options) != field.get(usual) && field.name != "edge-violation")
                throw Error(ErrorCode::usage,
                            "makes disparity, which --disparity gives; leave one of the two away",
                            fmt::format("--{}", field.name));
    };
    refuse_changed(job.disparity, DisparityOptions{});
    refuse_changed(job.sculpt, SculptSource{});
    refuse_changed(job.subject, SubjectSource{});
    if (!needs_depth(job)) refuse_changed(job.depth, DepthSource{});
}

std::vector<std::filesystem::path> inputs_of(const StereoJob& job) {
    std::vector<std::filesystem::path> inputs{job.input, job.depth.depth, job.extras.disparity};
    inputs.insert(inputs.end(), job.subject.matte.begin(), job.subject.matte.end());
    for (const Sculpting& sculpting : parse_sculptings(job.sculpt.sculpt, job.subject))
        inputs.insert(inputs.end(), sculpting.what.matte.begin(), sculpting.what.matte.end());
    return inputs;
}

void check_job(const StereoJob& job) {
    validate(job.disparity);
    validate(job.stereo);
    validate(job.read);
    (void)find_anchors(InverseDepth({1, 1}), job.disparity);
    (void)make_disparity(InverseDepth({1, 1}), {}, job.disparity);
    check(job.subject);
    check(job.depth);
    refuse_idle_controls(job);
    std::vector<std::filesystem::path> outputs{job.output};
    if (!job.extras.save_disparity.empty()) {
        const std::string ending = core::ending_of(job.extras.save_disparity);
        if (ending != ".exr" && ending != ".png")
            throw Error(ErrorCode::unsupported,
                        "disparity is written as float .exr or 16-bit .png; end the name so",
                        job.extras.save_disparity);
        core::require_writable(job.extras.save_disparity);
        outputs.emplace_back(job.extras.save_disparity);
    }
    require_distinct(inputs_of(job), outputs);
}

Disparity read_disparity_for(const StereoJob& job, Size picture) {
    Disparity disparity = read_disparity(job.extras.disparity, limits_of(job.read));
    if (disparity.size() != picture)
        throw Error(
            ErrorCode::mismatch,
            fmt::format("is {}×{} but the views are {}×{}; they must have one size",
                        disparity.width(), disparity.height(), picture.width, picture.height),
            job.extras.disparity);
    return disparity;
}

class DisparityMaker {
 public:
    DisparityMaker(const StereoJob& job, const Image& picture, const Fitting& fitting)
        : job_(job), picture_(picture), fitting_(fitting) {}

    [[nodiscard]] Disparity make(const InverseDepth& depth, const RunContext& run,
                                 JobSummary& summary) const {
        const std::vector<Matte> subjects = find_subjects(job_.subject, job_.depth.device, picture_,
                                                          fitting_, job_.read, run, summary);
        const Matte all = subjects.empty() ? Matte() : union_of(subjects);
        const DepthAnchors anchors =
            find_anchors(depth, job_.disparity, all.empty() ? nullptr : &all);
        Disparity disparity = make_disparity(depth, anchors, job_.disparity, sculpt(run), run);
        if (job_.stereo.depth_edges == DepthEdges::keep) return disparity;
        return snap_edges(disparity, picture_, run);
    }

 private:
    [[nodiscard]] Brushstrokes sculpt(const RunContext& run) const {
        Brushstrokes strokes;
        for (const Sculpting& sculpting : parse_sculptings(job_.sculpt.sculpt, job_.subject)) {
            JobSummary unheard;
            const std::vector<Matte> mattes = find_subjects(
                sculpting.what, job_.depth.device, picture_, fitting_, job_.read, run, unheard);
            const Matte all = mattes.empty() ? Matte() : union_of(mattes);
            if (std::ranges::none_of(all.values(), [](float value) { return value > 0; }))
                throw Error(ErrorCode::unreadable,
                            "there is nothing of it in the picture, so nothing can come forward",
                            "--sculpt " + sculpting.text);
            add_lift(strokes, all, sculpting.percent);
        }
        return strokes;
    }

    const StereoJob& job_;
    const Image& picture_;
    const Fitting& fitting_;
};

StereoScene make_scene(const StereoJob& job, const Image& picture, const Disparity& disparity,
                       InverseDepth depth, const Filler* filler) {
    const double right = job.stereo.eyes == Eyes::right ? 1 : job.stereo.balance;
    EdgeCuts cuts;
    if (job.disparity.edge_violation == EdgeViolation::window) cuts = find_edge_cuts(disparity);
    return {.picture = picture,
            .depth = std::move(depth),
            .view_from = [&, right, cuts, filler](double place, const RunContext& run) {
                Image view = make_view(picture, disparity, right - 1 + place, filler, run).picture;
                if (place == 0) float_left_edge(view, cuts);
                if (place == 1) float_right_edge(view, cuts);
                return view;
            }};
}

JobSummary do_job(const StereoJob& job, const RunContext& run_of_caller, RunMode mode) {
    RunContext run = run_of_caller;
    if (job.read.threads > 0) run.threads = job.read.threads;
    check_job(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const std::optional<Filler> filler = open_filler(job, run);
    const Image photo = read_input(job.input, job.read, run);
    const StereoTarget target{job.output, job.format, job.film, job.encoder};
    const StereoPlan plan = plan_stereo(target, photo.size(), run);
    summary.input_size = photo.size();
    summary.size = plan.size;
    summary.outputs = plan.outputs;
    if (plan.film) {
        summary.frames = plan.film->frames;
        summary.fps = plan.film->fps;
    }
    if (!job.extras.save_disparity.empty()) summary.outputs.emplace_back(job.extras.save_disparity);

    const Fitting fitting = fit(photo.size(), plan.view);
    std::optional<DepthFinder> finder;
    if (needs_depth(job)) finder.emplace(job.depth, fitting, job.read, run);
    require_network(job.depth.device, (needs_depth(job) && runs_network(job.depth)) ||
                                          (filler && filler->runs_network()) ||
                                          !job.subject.matte_model.empty());
    Disparity disparity;
    if (!job.extras.disparity.empty()) disparity = read_disparity_for(job, plan.view);
    if (mode == RunMode::dry_run) return summary;

    const Image picture = apply(fitting, photo);
    InverseDepth depth;
    if (finder) {
        stages.begin("measuring depth");
        depth = finder->find(picture, nullptr, run).inverse_depth;
    }
    if (disparity.empty()) {
        stages.begin("making disparity");
        disparity = DisparityMaker(job, picture, fitting).make(depth, run, summary);
    }
    stages.begin("drawing views");
    if (!job.extras.save_disparity.empty()) write_disparity(job.extras.save_disparity, disparity);
    const StereoScene scene =
        make_scene(job, picture, disparity, std::move(depth), filler ? &*filler : nullptr);
    write_stereo(target, plan, scene, run);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

const std::vector<Field<SculptSource>>& SculptSource::fields() {
    static const std::vector<Field<SculptSource>> list{
        field("sculpt", &SculptSource::sculpt, {.placeholder = "WHAT:PERCENT"},
              "brings something forward by so many percent of the width, or back if negative: "
              "matte.png:+1.5, subject:+1.5 or, for a --matte-model that reads texts, "
              "text:bird:+2; repeatable"),
    };
    return list;
}

const std::vector<Field<StereoExtras>>& StereoExtras::fields() {
    static const std::vector<Field<StereoExtras>> list{
        field("fill", &StereoExtras::fill, {.placeholder = "side|extend|smooth|patchmatch|MODEL"},
              "how what was hidden is filled: quickly from the farther side, or as `diorama fill` "
              "does"),
        field("disparity", &StereoExtras::disparity, {.placeholder = "FILE"},
              "disparity in pixels of the width, x_left - x_right, instead of depth: what "
              "--save-disparity wrote and you changed"),
        field("save-disparity", &StereoExtras::save_disparity, {.placeholder = "FILE"},
              "the disparity in pixels as float .exr, or as 16-bit .png with scale and offset in "
              "its metadata"),
    };
    return list;
}

JobSummary run_job(const StereoJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] { return pipeline::do_job(job, run, mode); });
}

}  // namespace diorama
