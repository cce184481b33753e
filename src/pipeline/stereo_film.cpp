#include "pipeline/stereo_film.h"

#include <utility>

#include "diorama/error.h"
#include "diorama/style.h"
#include "film/anchor_stage.h"
#include "pipeline/film_depth_source.h"
#include "pipeline/film_jobs.h"
#include "pipeline/photo_disparity.h"
#include "pipeline/stereo_output.h"
#include "pipeline/style_source.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

StereoTarget target_of(const StereoJob& job) {
    return {job.output, job.format, job.film, job.encoder, StereoInput::film};
}

void check_job(const StereoJob& job) {
    check_disparity(job);
    constexpr const char* kWhy = "is for photos, but the input is a film";
    refuse_changed(job.sculpt, {}, kWhy);
    refuse_changed(job.subject, {}, kWhy);
    refuse_changed(job.extras, {}, kWhy, {"fill"});
    refuse_changed(StyleSource{.save_style = job.style.save_style}, {}, kWhy);
    refuse_changed(job.film, StereoJob{}.film, "is the film's own, which stays",
                   {"size", "duration"});
}

film::Identity identity_of(const StereoJob& job, const FilmDepth& depth) {
    film::Identity identity;
    film::note(identity, job.format);
    film::note(identity, job.disparity);
    film::note(identity, job.stereo);
    film::note(identity, job.extras);
    depth.note(identity);
    film::note(identity, job.style);
    identity["--size"] = job.film.size;
    if (!job.style.style.empty()) identity["the style"] = film::fingerprint_of(job.style.style);
    return identity;
}

// Draws the two views of a frame and packs them.
class FrameDrawer {
 public:
    FrameDrawer(const StereoJob& job, StereoPlan plan, Size input, const Filler* filler,
                std::optional<StereoStyle> style)
        : job_(job),
          plan_(std::move(plan)),
          fitting_(fit(input, plan_.view)),
          filler_(filler),
          style_(style) {}

    [[nodiscard]] Image draw(const film::Travelling& frame, const RunContext& run) const {
        const Image picture = apply(fitting_, frame.image);
        InverseDepth depth = apply(fitting_, frame.depth);
        const Disparity disparity = make_disparity(picture, depth, frame.anchors, run);
        EdgeCuts cuts;
        if (job_.disparity.edge_violation == EdgeViolation::window)
            cuts = find_edge_cuts(disparity);
        const double right = job_.stereo.eyes == Eyes::right ? 1 : job_.stereo.balance;
        const StereoScene scene{.picture = picture,
                                .depth = std::move(depth),
                                .view_from = [&](double place, const RunContext& own) {
                                    Image view = draw_view(picture, disparity, right - 1 + place,
                                                           filler_, own);
                                    if (place == 0) float_left_edge(view, cuts);
                                    if (place == 1) float_right_edge(view, cuts);
                                    return view;
                                }};
        return draw_packed(plan_, scene, run);
    }

 private:
    [[nodiscard]] Disparity make_disparity(const Image& picture, const InverseDepth& depth,
                                           DepthAnchors anchors, const RunContext& run) const {
        DisparityOptions options = job_.disparity;
        if (style_) set_style(options, anchors, *style_);
        const Disparity disparity = diorama::make_disparity(depth, anchors, options, {}, run);
        return place_edges(disparity, picture, job_.stereo.depth_edges, run);
    }

    const StereoJob& job_;
    StereoPlan plan_;
    Fitting fitting_;
    const Filler* filler_;
    std::optional<StereoStyle> style_;
};

std::optional<StereoStyle> borrow_style(const StereoJob& job, const RunContext& run) {
    if (job.style.style.empty()) return std::nullopt;
    return make_comfortable(find_style(job.style, job.depth, job.read, run), job.disparity, run);
}

}  // namespace

JobSummary make_stereo_film(const StereoJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    const Size input = FilmReader(job.input, run.threads).info().size;
    StereoTarget target = target_of(job);
    // A preview is a picture of what the film would hold.
    if (job.look.preview) target.input = StereoInput::photo;
    if (job.look.preview) target.film.duration.reset();
    const StereoPlan plan = plan_stereo(target, input, run);
    const std::optional<Filler> filler = open_filler(job, run);
    const FilmDepth depth(job.depth, job.steady, job.input, run);
    const FrameDrawer drawer(job, plan, input, filler ? &*filler : nullptr,
                             mode == RunMode::run ? borrow_style(job, run) : std::nullopt);
    const auto make_effect = [&] {
        film::Effect effect{
            .draw = [&](const film::Travelling& frame, const RunContext& own) -> film::Drawn {
                return drawer.draw(frame, own);
            }};
        depth.add_stages(effect.stages, run);
        effect.stages.push_back(std::make_unique<film::AnchorStage>(job.disparity));
        return effect;
    };
    SinkFormat format{.size = plan.size, .encoder = job.encoder};
    tell_packing(format, plan);
    return make_film({.input = job.input,
                      .output = job.output,
                      .beside = {job.depth.depth, job.style.style},
                      .source = job.source,
                      .duration = job.film.duration,
                      .preview = job.look.preview,
                      .format = format,
                      .identity = identity_of(job, depth),
                      .make_effect = make_effect},
                     run, mode);
}

}  // namespace diorama::pipeline
