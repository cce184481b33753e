#include "pipeline/film_subject.h"

#include <utility>

#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "film/given.h"
#include "film/matte_stages.h"
#include "pipeline/film_jobs.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {

FilmSubject::FilmSubject(SubjectSource source, Device device, const std::filesystem::path& input,
                         const ReadOptions& read, const RunContext& run)
    : source_(std::move(source)), device_(device), read_(read) {
    if (!names_subject(source_)) source_.matte_model = kBuiltInMatte;
    check(source_);
    if (is_film_of_mattes()) {
        film::require_companion(source_.matte.front(), input, run);
        input_fps_ = FilmReader(input, run.threads).info().fps;
        return;
    }
    if (source_.matte_model.empty()) return;
    ModelInterface found =
        find_model(source_.matte_model, {ModelTask::matte, ModelTask::segment}, run);
    if (found.task == ModelTask::matte) model_.emplace(std::move(found), device, run.threads);
}

bool FilmSubject::is_film_of_mattes() const {
    return source_.matte.size() == 1 && is_film(source_.matte.front());
}

film::Cutting FilmSubject::cutting() const {
    return is_film_of_mattes() || model_ ? film::Cutting::anywhere : film::Cutting::whole_scenes;
}

void FilmSubject::note(film::Identity& identity) const {
    film::note(identity, source_);
    if (model_) note_network(identity, "matte", *model_);
    for (const std::string& file : source_.matte)
        identity["the matte " + file] = film::fingerprint_of(file);
}

std::unique_ptr<film::Stage> FilmSubject::make_stage(const RunContext& run) const {
    if (is_film_of_mattes())
        return std::make_unique<film::GivenMatteStage>(source_.matte.front(), input_fps_, run);
    if (model_) return std::make_unique<film::SalientStage>(*model_);
    return std::make_unique<film::FollowStage>(
        [this](const film::Travelling& frame, const RunContext& own) {
            return find_shown(frame, own);
        });
}

std::optional<Matte> FilmSubject::find_shown(const film::Travelling& frame,
                                             const RunContext& run) const {
    const bool in_each_scene = !source_.text.empty();
    if (in_each_scene ? !frame.starts_scene : frame.number != 0) return std::nullopt;
    JobSummary unheard;
    const Size size = frame.image.size();
    const std::vector<Matte> mattes =
        find_subjects(source_, device_, frame.image, fit(size, size), read_, run, unheard);
    return mattes.empty() ? Matte(size) : union_of(mattes);
}

}  // namespace diorama::pipeline
