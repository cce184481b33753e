#include "pipeline/stereo_film.h"

#include <utility>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "film/given.h"
#include "pipeline/film_disparity.h"
#include "pipeline/film_jobs.h"
#include "pipeline/photo_disparity.h"
#include "pipeline/stereo_output.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

StereoTarget target_of(const StereoJob& job) {
    return {job.output, job.format, job.film, job.encoder, StereoInput::film};
}

// Depth beside the picture has neither disparity nor views.
FilmDisparity::Wanted wanted_by(const StereoJob& job, const StereoPlan& plan) {
    const bool shows_depth =
        plan.format == StereoFormat::rgbd || plan.format == StereoFormat::half_rgbd;
    return shows_depth && job.extras.save_disparity.empty() ? FilmDisparity::Wanted::depth
                                                            : FilmDisparity::Wanted::disparity;
}

void refuse_unseen(const StereoJob& job, const StereoPlan& plan) {
    if (wanted_by(job, plan) != FilmDisparity::Wanted::depth) return;
    constexpr const char* kWhy =
        "does nothing to a picture beside its depth (rgbd), which has neither disparity nor views";
    refuse_changed(job.disparity, {}, kWhy);
    refuse_changed(job.sculpt, {}, kWhy);
    refuse_changed(job.style, {}, kWhy);
    refuse_changed(job.stereo, {}, kWhy);
    refuse_changed(job.extras, {}, kWhy);
    refuse_changed(job.subject, {}, kWhy);
    refuse_changed(job.controls, {}, kWhy);
}

void check_job(const StereoJob& job) {
    check_disparity(job);
    refuse_changed(StyleSource{.save_style = job.style.save_style}, {},
                   "is for photos, but the input is a film");
    refuse_changed(job.film, StereoJob{}.film, "is the film's own, which stays",
                   {"size", "duration"});
    if (job.look.preview && !job.extras.save_disparity.empty())
        throw Error(ErrorCode::usage, "is of a whole film; a --preview is one frame",
                    "--save-disparity");
}

// The film of disparity that is made beside the views.
std::optional<film::Output> side_output(const StereoJob& job, Size view) {
    const std::string& file = job.extras.save_disparity;
    if (file.empty()) return std::nullopt;
    const std::string ending = core::ending_of(file);
    const bool is_sequence = output_kind(file) == OutputKind::sequence;
    if (is_sequence ? ending != ".exr" && ending != ".png" : ending != ".mkv")
        throw Error(ErrorCode::unsupported,
                    "disparity of a film is written as .mkv (16-bit grey, lossless) or as a "
                    "sequence, d_%04d.exr or .png",
                    file);
    SinkFormat format{.size = view, .sample_type = SampleType::u16};
    if (!is_sequence) format.depth = film::disparity_coding(view);
    return film::Output{file, format};
}

film::Identity identity_of(const StereoJob& job, const FilmDisparity& disparity,
                           const std::optional<Filler>& filler) {
    film::Identity identity;
    film::note(identity, job.format);
    film::note(identity, job.stereo);
    film::note(identity, job.extras);
    disparity.note(identity);
    if (filler) note_filler(identity, job.extras.fill, *filler);
    identity["--size"] = job.film.size;
    return identity;
}

// Draws the two views of a frame and packs them.
class FrameDrawer {
 public:
    FrameDrawer(const StereoJob& job, const StereoPlan& plan, const FilmDisparity& disparity,
                const Filler* filler)
        : job_(job), plan_(plan), disparity_(disparity), filler_(filler) {}

    [[nodiscard]] film::Drawing draw(const film::Travelling& frame, const RunContext& run) const {
        film::Drawing drawing{draw_views(frame, run)};
        if (output_kind(job_.extras.save_disparity) == OutputKind::film)
            drawing.side = film::encode_disparity(frame.disparity);
        else if (!job_.extras.save_disparity.empty())
            drawing.side = frame.disparity;
        return drawing;
    }

 private:
    [[nodiscard]] Image draw_views(const film::Travelling& frame, const RunContext& run) const {
        const Image picture = disparity_.picture(frame);
        EdgeCuts cuts;
        if (job_.disparity.edge_violation == EdgeViolation::window)
            cuts = find_edge_cuts(frame.disparity);
        const double right = job_.stereo.eyes == Eyes::right ? 1 : job_.stereo.balance;
        const StereoScene scene{.picture = picture,
                                .depth = disparity_.depth(frame),
                                .view_from = [&](double place, const RunContext& own) {
                                    Image view = draw_view(picture, frame.disparity,
                                                           right - 1 + place, filler_, own);
                                    if (place == 0) float_left_edge(view, cuts);
                                    if (place == 1) float_right_edge(view, cuts);
                                    return view;
                                }};
        return draw_packed(plan_, scene, run);
    }

    const StereoJob& job_;
    const StereoPlan& plan_;
    const FilmDisparity& disparity_;
    const Filler* filler_;
};

}  // namespace

JobSummary make_stereo_film(const StereoJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    const Size input = FilmReader(job.input, run.threads).info().size;
    StereoTarget target = target_of(job);
    // A preview is a picture of what the film would hold.
    if (job.look.preview) target.input = StereoInput::photo;
    if (job.look.preview) target.film.duration.reset();
    const StereoPlan plan = plan_stereo(target, input, run);
    refuse_unseen(job, plan);
    const std::optional<Filler> filler = open_filler(job, run);
    FilmDisparity disparity(job, input, plan.view, run);
    if (mode == RunMode::run) disparity.prepare(run);
    const FrameDrawer drawer(job, plan, disparity, filler ? &*filler : nullptr);
    const auto make_effect = [&] {
        film::Effect effect{.draw = [&](const film::Travelling& frame, const RunContext& own) {
            return drawer.draw(frame, own);
        }};
        disparity.add_stages(effect.stages, wanted_by(job, plan), run);
        return effect;
    };
    SinkFormat format{.size = plan.size, .encoder = job.encoder};
    tell_packing(format, plan);
    return make_film({.input = job.input,
                      .output = job.output,
                      .side = side_output(job, plan.view),
                      .beside = disparity.files(),
                      .source = job.source,
                      .duration = job.film.duration,
                      .preview = job.look.preview,
                      .reach = disparity.reach(job.look.preview.value_or(Seconds(0))),
                      .format = format,
                      .identity = identity_of(job, disparity, filler),
                      .cutting = disparity.cutting(),
                      .make_effect = make_effect},
                     run, mode);
}

}  // namespace diorama::pipeline
