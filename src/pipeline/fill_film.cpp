#include "pipeline/fill_film.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "diorama/error.h"
#include "film/matte_stages.h"
#include "pipeline/film_jobs.h"
#include "pipeline/film_subject.h"
#include "pipeline/holes.h"
#include "pipeline/idle_options.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

// The same hole in every frame, such as a channel's logo.
class StandingHoleStage : public film::FrameByFrame {
 public:
    explicit StandingHoleStage(Matte hole) : hole_(std::move(hole)) {}
    [[nodiscard]] std::string name() const override { return "holes"; }

 protected:
    void look_at(film::Travelling& frame, const RunContext&) override { frame.matte = hole_; }

 private:
    Matte hole_;
};

void check_job(const FillJob& job) {
    validate(job.fill);
    validate(job.read);
    constexpr const char* kWhy = "is for pictures, but the input is a film";
    refuse_changed(job.extras, {}, kWhy);
    refuse_changed(job.depth, DepthSource{.device = job.depth.device}, kWhy);
    require_holes(job);
    const bool alone = job.hole.hole.size() == 1;
    if (names_subject(job.hole) ? !alone : std::ranges::any_of(job.hole.hole, is_film) && !alone)
        throw Error(ErrorCode::usage,
                    "a film takes masks as pictures, which hold for all its frames, or one film of "
                    "masks, or subject",
                    "--hole " + job.hole.hole.back());
}

// Where the holes of the frames come from.
class FilmHoles {
 public:
    FilmHoles(const FillJob& job, Size frame, const RunContext& run) {
        const std::string& first = job.hole.hole.front();
        if (names_subject(job.hole))
            source_.emplace(job.subject, job.depth.device, job.input, job.read, run);
        else if (is_film(first))
            source_.emplace(SubjectSource{.matte = {first}}, job.depth.device, job.input, job.read,
                            run);
        else
            stand(job, frame);
    }

    void note(film::Identity& identity, const FillJob& job) const {
        film::note(identity, job.hole);
        if (source_) return source_->note(identity);
        for (const std::filesystem::path& file : files_)
            identity["the hole " + file.string()] = film::fingerprint_of(file);
    }
    [[nodiscard]] std::vector<std::filesystem::path> files() const {
        return source_ ? source_->files() : files_;
    }
    [[nodiscard]] std::unique_ptr<film::Stage> make_stage(const RunContext& run) const {
        if (source_) return source_->make_stage(run);
        return std::make_unique<StandingHoleStage>(standing_);
    }

 private:
    void stand(const FillJob& job, Size frame) {
        standing_ = union_of(read_holes(job, frame));
        files_.assign(job.hole.hole.begin(), job.hole.hole.end());
    }

    std::optional<FilmSubject> source_{};
    Matte standing_{};
    std::vector<std::filesystem::path> files_{};  // of what stands
};

}  // namespace

JobSummary make_fill_film(const FillJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    const FilmHoles holes(job, FilmReader(job.input, run.threads).info().size, run);
    film::Identity identity;
    film::note(identity, job.fill);
    note_filler(identity, job.fill.fill, Filler(job.fill, job.depth.device, run.threads));
    holes.note(identity, job);
    const auto make_effect = [&] {
        film::Effect effect{
            .draw = [](const film::Travelling& frame, const RunContext&) -> film::Drawing {
                return {frame.behind};
            }};
        effect.stages.push_back(holes.make_stage(run));
        effect.stages.push_back(
            std::make_unique<film::BehindStage>(Filler(job.fill, job.depth.device, run.threads)));
        return effect;
    };
    return make_film({.input = job.input,
                      .output = job.output,
                      .beside = holes.files(),
                      .source = job.source,
                      .duration = job.part.duration,
                      .preview = job.part.preview,
                      .format = {.encoder = job.encoder},
                      .identity = identity,
                      // What is made up must not begin anew within a scene.
                      .cutting = film::Cutting::whole_scenes,
                      .make_effect = make_effect},
                     run, mode);
}

}  // namespace diorama::pipeline
