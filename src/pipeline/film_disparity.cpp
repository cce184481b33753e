#include "pipeline/film_disparity.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "diorama/error.h"
#include "diorama/stereo.h"
#include "film/anchor_stage.h"
#include "film/given.h"
#include "pipeline/film_jobs.h"
#include "pipeline/style_source.h"
#include "pipeline/subjects.h"
#include "stereo/disparity_options.h"

namespace diorama::pipeline {
namespace {

void warn_of_late_cues(const StereoJob& job, const film::Controls& controls,
                       const RunContext& run) {
    const Seconds length = FilmReader(job.input, run.threads).info().duration;
    if (length > Seconds(0) && controls.last_s > length.count())
        run.warn(fmt::format("{}: its last cue is at {} s, but the film ends at {:.2f} s",
                             job.controls.controls, controls.last_s, length.count()));
}

}  // namespace

FilmDisparity::FilmDisparity(const StereoJob& job, Size input, Size view, const RunContext& run)
    : job_(job), fitting_(fit(input, view)) {
    if (is_given()) {
        if (!is_film(job.extras.disparity))
            throw Error(ErrorCode::usage,
                        "is one picture, but the input is a film; give a film of disparity (.mkv) "
                        "or a sequence (d_%04d.exr)",
                        job.extras.disparity);
        film::require_companion(job.extras.disparity, job.input, run, view);
        (void)film::GivenDisparityStage(job.extras.disparity, run);
        return;
    }
    depth_.emplace(job.depth, job.steady, job.input, run);
    if (names_subject(job.subject))
        subject_.emplace(job.subject, job.depth.device, job.input, job.read, run);
    sculpt_.emplace(job, fitting_, run);
    plane_ = stereo::parse_zero_plane(job.disparity.zero_plane);
    if (job.controls.controls.empty()) return;
    controls_ = film::read_controls(job.controls.controls, sculpt_->names());
    warn_of_late_cues(job, controls_, run);
}

std::vector<std::filesystem::path> FilmDisparity::files() const {
    std::vector<std::filesystem::path> files{job_.depth.depth, job_.extras.disparity,
                                             job_.style.style, job_.controls.controls};
    const auto add = [&](const std::vector<std::filesystem::path>& others) {
        files.insert(files.end(), others.begin(), others.end());
    };
    if (subject_) add(subject_->files());
    if (sculpt_) add(sculpt_->files());
    return files;
}

film::Cutting FilmDisparity::cutting() const {
    const bool follows = (subject_ && subject_->cutting() == film::Cutting::whole_scenes) ||
                         (sculpt_ && sculpt_->cutting() == film::Cutting::whole_scenes);
    return follows ? film::Cutting::whole_scenes : film::Cutting::anywhere;
}

film::Reach FilmDisparity::reach(Seconds time) const {
    constexpr Seconds kFarthest{60};
    const film::SceneSpan cues = controls_.reach(time.count());
    film::Reach reach;
    reach.before = std::max(reach.before, std::min(time - Seconds(cues.begin_s), kFarthest));
    reach.after = std::max(reach.after, std::min(Seconds(cues.end_s) - time, kFarthest));
    return reach;
}

void FilmDisparity::note(film::Identity& identity) const {
    film::note(identity, job_.disparity);
    film::note(identity, job_.style);
    film::note(identity, job_.sculpt);
    film::note(identity, job_.controls);
    if (depth_) depth_->note(identity);
    if (subject_) subject_->note(identity);
    if (sculpt_) sculpt_->note(identity);
    const auto note_file = [&](const char* role, const std::string& file) {
        if (!file.empty()) identity[role] = film::fingerprint_of(file);
    };
    note_file("the style", job_.style.style);
    note_file("the controls", job_.controls.controls);
    note_file("the disparity", job_.extras.disparity);
}

void FilmDisparity::prepare(const RunContext& run) {
    if (!job_.style.style.empty())
        style_ = make_comfortable(find_style(job_.style, job_.depth, job_.read, run),
                                  job_.disparity, run);
}

// A plane that a cue wants measured is measured throughout.
DisparityOptions FilmDisparity::anchoring() const {
    DisparityOptions options = job_.disparity;
    if (controls_.zero_plane.asks_for_measured()) options.zero_plane = "auto";
    return options;
}

// Of each frame as its views need it. Edges hold still through a scene.
class FilmDisparity::DisparityStage : public film::FrameByFrame {
 public:
    explicit DisparityStage(const FilmDisparity& of) : of_(of) {}

    [[nodiscard]] std::string name() const override { return "disparity"; }
    void end_scene(const RunContext&) override { edges_.begin_scene(); }

 protected:
    void look_at(film::Travelling& frame, const RunContext& run) override {
        frame.disparity = of_.is_given() ? of_.fit_given(frame.disparity, run)
                                         : edges_.place(of_.make(frame, run), of_.picture(frame),
                                                        of_.job_.stereo.depth_edges, run);
    }

 private:
    const FilmDisparity& of_;
    SteadyEdges edges_{};
};

void FilmDisparity::add_stages(std::vector<std::unique_ptr<film::Stage>>& stages, Wanted wanted,
                               const RunContext& run) const {
    if (is_given())
        stages.push_back(std::make_unique<film::GivenDisparityStage>(job_.extras.disparity, run));
    if (subject_) stages.push_back(subject_->make_stage(run));
    if (sculpt_) sculpt_->add_stages(stages, run);
    if (depth_) depth_->add_stages(stages, run);
    if (depth_) stages.push_back(std::make_unique<film::AnchorStage>(anchoring()));
    if (wanted == Wanted::disparity) stages.push_back(std::make_unique<DisparityStage>(*this));
}

Image FilmDisparity::picture(const film::Travelling& frame) const {
    return apply(fitting_, frame.image);
}

InverseDepth FilmDisparity::depth(const film::Travelling& frame) const {
    return frame.depth.empty() ? InverseDepth() : apply(fitting_, frame.depth);
}

void FilmDisparity::set_controls(DisparityOptions& options, DepthAnchors& anchors,
                                 const film::Travelling& frame) const {
    const double measured = anchors.zero_plane;
    if (style_)
        set_style(options, anchors, *style_);
    else if (plane_)
        anchors.zero_plane = *plane_;
    const auto now = [&](const film::Track& track, double otherwise, double automatic = 0) {
        return track.at(frame.time_s, frame.scene, otherwise, automatic);
    };
    options.depth_budget_percent =
        now(controls_.depth_budget_percent, options.depth_budget_percent);
    options.tone = now(controls_.tone, options.tone);
    anchors.zero_plane = now(controls_.zero_plane, anchors.zero_plane, measured);
}

Disparity FilmDisparity::make(const film::Travelling& frame, const RunContext& run) const {
    DisparityOptions options = job_.disparity;
    DepthAnchors anchors = frame.anchors;
    set_controls(options, anchors, frame);
    return make_disparity(depth(frame), anchors, options,
                          sculpt_->strokes(frame, fitting_, controls_), run);
}

// Of the views' size, as --save-disparity wrote it, or of the film's shape.
Disparity FilmDisparity::fit_given(const Disparity& given, const RunContext& run) const {
    const Size view{fitting_.crop.width, fitting_.crop.height};
    Disparity disparity = given.size() == view ? given : apply(fitting_, given);
    answer_edge_cuts(disparity, job_.disparity.edge_violation, run);
    return disparity;
}

}  // namespace diorama::pipeline
