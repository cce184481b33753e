#include "pipeline/film_subject.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "film/follow_matte.h"
#include "film/given.h"
#include "film/matte_stages.h"
#include "pipeline/film_jobs.h"
#include "pipeline/prompts.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

constexpr FieldRange kTime{.min = 0, .max = 1e6, .unit = "s"};

// "120,40,300,420@12.5" is a text and its time; a file may have such a name by itself.
std::pair<std::string, std::optional<double>> split_time(const std::string& text,
                                                         const char* option) {
    const auto at = text.rfind('@');
    if (at == std::string::npos || is_there(text)) return {text, std::nullopt};
    return {text.substr(0, at),
            options_detail::parse_number(option, text.substr(at + 1), kTime, false)};
}

void check_shown(const ShownSubject& shown, Seconds length) {
    // Points beside the subject need no others where it was followed until then.
    const bool corrects = shown.time_s && shown.corrects() && shown.what.text.empty();
    if (!corrects || !shown.what.point.empty()) check(shown.what);
    if (shown.time_s && length > Seconds(0) && *shown.time_s > length.count())
        throw Error(ErrorCode::usage,
                    fmt::format("the film has ended by then, at {:.2f} s", length.count()),
                    fmt::format("@{}", *shown.time_s));
}

film::Correction correction_of(const SubjectSource& what, Size size) {
    const auto [subject, background] = points_of(what, fit(size, size));
    return {.subject = subject, .background = background};
}

}  // namespace

std::vector<ShownSubject> split_by_time(const SubjectSource& source) {
    std::map<std::optional<double>, SubjectSource> by_time;
    const auto take = [&](const char* option, auto member) {
        for (const std::string& text : source.*member) {
            const auto [what, time_s] = split_time(text, option);
            (by_time[time_s].*member).push_back(what);
        }
    };
    take("matte", &SubjectSource::matte);
    take("box", &SubjectSource::box);
    take("point", &SubjectSource::point);
    take("not-point", &SubjectSource::not_point);
    if (!source.text.empty()) by_time[std::nullopt].text = source.text;
    std::vector<ShownSubject> all;
    for (auto& [time_s, what] : by_time) {
        // How a network looks holds for all of them.
        what.matte_model = source.matte_model;
        what.min_score = source.min_score;
        what.all = source.all;
        all.push_back({time_s, std::move(what)});
    }
    return all;
}

FilmSubject::FilmSubject(SubjectSource source, Device device, const std::filesystem::path& input,
                         const ReadOptions& read, const RunContext& run)
    : source_(std::move(source)), device_(device), read_(read) {
    if (!names_subject(source_)) source_.matte_model = kBuiltInMatte;
    if (is_film_of_mattes()) {
        check(source_);
        film::require_companion(source_.matte.front(), input, run);
        return;
    }
    shown_ = split_by_time(source_);
    const Seconds length = FilmReader(input, run.threads).info().duration;
    for (const ShownSubject& shown : shown_) check_shown(shown, length);
    if (source_.matte_model.empty()) return;
    ModelInterface found =
        find_model(source_.matte_model, {ModelTask::matte, ModelTask::segment}, run);
    if (shown_.empty() || found.task == ModelTask::matte) check(source_);
    if (found.task == ModelTask::matte) model_.emplace(std::move(found), device, run.threads);
}

bool FilmSubject::is_film_of_mattes() const {
    return source_.matte.size() == 1 && is_film(source_.matte.front());
}

film::Cutting FilmSubject::cutting() const {
    return is_film_of_mattes() || model_ ? film::Cutting::anywhere : film::Cutting::whole_scenes;
}

std::vector<std::filesystem::path> FilmSubject::files() const {
    if (is_film_of_mattes()) return {source_.matte.front()};
    std::vector<std::filesystem::path> files;
    for (const ShownSubject& shown : shown_)
        files.insert(files.end(), shown.what.matte.begin(), shown.what.matte.end());
    return files;
}

void FilmSubject::note(film::Identity& identity) const {
    film::note(identity, source_);
    if (!source_.matte_model.empty())
        note_network(identity, "matte",
                     find_model(source_.matte_model, {ModelTask::matte, ModelTask::segment}));
    for (const std::filesystem::path& file : files())
        identity["the matte " + file.string()] = film::fingerprint_of(file);
}

std::unique_ptr<film::FrameByFrame> FilmSubject::make_stage(const RunContext& run) const {
    if (is_film_of_mattes())
        return std::make_unique<film::GivenMatteStage>(source_.matte.front(), run);
    if (model_) return std::make_unique<film::SalientStage>(*model_);
    return std::make_unique<film::FollowStage>(
        [this](film::Travelling& frame, const RunContext& own) { show(frame, own); });
}

void FilmSubject::show(film::Travelling& frame, const RunContext& run) const {
    constexpr double kTolerance_s = 0.0005;
    const auto is_now = [&](const ShownSubject& shown) {
        if (!shown.what.text.empty()) return frame.starts_scene;
        if (!shown.time_s) return frame.number == 0;
        const double time_s = *shown.time_s + kTolerance_s;
        return frame.time_s <= time_s && time_s < frame.end_s;
    };
    for (const ShownSubject& shown : shown_) {
        if (!is_now(shown)) continue;
        const bool corrects = shown.corrects() && shown.what.text.empty() && !frame.matte.empty();
        if (corrects)
            frame.matte = film::correct_matte(frame.matte, frame.image,
                                              correction_of(shown.what, frame.image.size()), run);
        else
            frame.matte = find(shown.what, frame.image, run);
    }
}

Matte FilmSubject::find(const SubjectSource& what, const Image& image,
                        const RunContext& run) const {
    JobSummary unheard;
    const std::vector<Matte> mattes =
        find_subjects(what, device_, image, fit(image.size(), image.size()), read_, run, unheard);
    return mattes.empty() ? Matte(image.size()) : union_of(mattes);
}

}  // namespace diorama::pipeline
