#include "pipeline/popout_film.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "film/matte_stages.h"
#include "pipeline/film_depth_source.h"
#include "pipeline/film_jobs.h"
#include "pipeline/film_subject.h"
#include "pipeline/films.h"
#include "pipeline/idle_options.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

// Less of a matte than this is no subject that could be cut into slices.
constexpr float kFewestPixels = 64;

void check_job(const PopoutJob& job) {
    validate(job.popout);
    validate(job.fill);
    validate(job.film);
    validate(job.read);
    constexpr const char* kWhy = "is for photos, but the input is a film";
    refuse_changed(job.extras, {}, kWhy, {"preview"});
    refuse_changed(job.film, FilmOptions{}, "is the film's own, which stays", {"size", "duration"});
    if (job.popout.background == "transparent")
        throw Error(ErrorCode::usage, "keeps no film behind the subject; leave it to photos",
                    "--background transparent");
}

bool uses_fill(const PopoutJob& job) {
    return job.popout.background == "fill" || job.popout.background == "blur";
}

film::Identity identity_of(const PopoutJob& job, const FilmDepth& depth, const FilmSubject& subject,
                           const RunContext& run) {
    film::Identity identity;
    film::note(identity, job.popout);
    film::note(identity, job.fill);
    if (uses_fill(job))
        note_filler(identity, job.fill.fill, Filler(job.fill, job.depth.device, run.threads));
    depth.note(identity);
    subject.note(identity);
    identity["--size"] = job.film.size;
    if (is_background_file(job.popout.background))
        identity["the background"] = film::fingerprint_of(job.popout.background);
    return identity;
}

std::vector<std::filesystem::path> files_of(const PopoutJob& job, const FilmSubject& subject) {
    std::vector<std::filesystem::path> files = subject.files();
    files.emplace_back(job.depth.depth);
    if (is_background_file(job.popout.background)) files.emplace_back(job.popout.background);
    return files;
}

// One turn of the move while a photo's loop would last.
class FrameDrawer {
 public:
    FrameDrawer(const PopoutJob& job, Size size, std::optional<Image> background)
        : job_(job), size_(size), background_(std::move(background)) {}

    [[nodiscard]] Image draw(const film::Travelling& frame, const RunContext& run) const {
        const Fitting fitting = fit(frame.image.size(), size_);
        Image picture = apply(fitting, frame.image);
        Matte matte = frame.matte.empty() ? Matte(size_) : apply(fitting, frame.matte);
        if (area_of(matte) < kFewestPixels) return picture;
        InverseDepth depth = apply(fitting, frame.depth);
        normalise(depth, &matte);
        keep_rim_with_subject(depth, matte, run);
        PopoutInput input{.picture = std::move(picture), .background = background_};
        if (!frame.behind.empty()) input.background = apply(fitting, frame.behind);
        input.subjects.push_back({std::move(matte), std::move(depth)});
        const Popout scene(std::move(input), job_.popout, run);
        Image drawn = scene.make_frame();
        const double loop_s = job_.film.usual_loop.count();
        scene.draw(std::fmod(frame.time_s, loop_s) / loop_s, drawn, run);
        return drawn;
    }

 private:
    static float area_of(const Matte& matte) {
        return static_cast<float>(
            std::ranges::count_if(matte.values(), [](float alpha) { return alpha >= 0.5F; }));
    }

    const PopoutJob& job_;
    Size size_;
    std::optional<Image> background_;
};

}  // namespace

JobSummary make_popout_film(const PopoutJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    const Size input = FilmReader(job.input, run.threads).info().size;
    const FilmTarget target{.output = job.output,
                            .film = job.film,
                            .encoder = job.encoder,
                            .preview = job.extras.preview};
    check_output(target);
    FilmTarget whole = target;
    whole.film.duration.reset();
    const FilmPlan plan = plan_film(whole, input, run);
    const FilmSubject subject(job.subject, job.depth.device, job.input, job.read, run);
    const FilmDepth depth(job.depth, job.steady, job.input, run);
    std::optional<Image> background;
    if (is_background_file(job.popout.background))
        background = read_picture(job.popout.background, limits_of(job.read));
    const FrameDrawer drawer(job, plan.size, background);
    const auto make_effect = [&] {
        film::Effect effect{
            .draw = [&](const film::Travelling& frame, const RunContext& own) -> film::Drawing {
                return {drawer.draw(frame, own)};
            }};
        effect.stages.push_back(subject.make_stage(run));
        depth.add_stages(effect.stages, run);
        if (uses_fill(job))
            effect.stages.push_back(std::make_unique<film::BehindStage>(
                Filler(job.fill, job.depth.device, run.threads)));
        return effect;
    };
    return make_film({.input = job.input,
                      .output = job.output,
                      .beside = files_of(job, subject),
                      .source = job.source,
                      .duration = job.film.duration,
                      .preview = job.extras.preview,
                      .format = {.size = plan.size, .encoder = job.encoder},
                      .identity = identity_of(job, depth, subject, run),
                      .cutting = subject.cutting(),
                      .make_effect = make_effect},
                     run, mode);
}

}  // namespace diorama::pipeline
