#include "pipeline/film_sculpt.h"

#include <algorithm>
#include <utility>

#include "film/matte_stages.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {

FilmSculpt::FilmSculpt(const StereoJob& job, const Fitting& fitting, const RunContext& run) {
    const std::vector<Sculpting> all = parse_sculptings(job.sculpt.sculpt, job.subject);
    maps_ = read_maps(all, fitting);
    for (const Sculpting& sculpting : all) {
        if (!sculpting.maps.empty()) {
            map_files_.emplace_back(sculpting.maps);
            continue;
        }
        sculptings_.push_back(sculpting);
        things_.push_back(std::make_unique<FilmSubject>(sculpting.what, job.depth.device, job.input,
                                                        job.read, run));
    }
}

film::Cutting FilmSculpt::cutting() const {
    const bool follows = std::ranges::any_of(
        things_, [](const auto& thing) { return thing->cutting() == film::Cutting::whole_scenes; });
    return follows ? film::Cutting::whole_scenes : film::Cutting::anywhere;
}

std::vector<std::string> FilmSculpt::names() const {
    std::vector<std::string> names;
    for (const Sculpting& sculpting : sculptings_) names.push_back(sculpting.name);
    return names;
}

std::vector<std::filesystem::path> FilmSculpt::files() const {
    std::vector<std::filesystem::path> files = map_files_;
    for (const auto& thing : things_) {
        const auto others = thing->files();
        files.insert(files.end(), others.begin(), others.end());
    }
    return files;
}

void FilmSculpt::note(film::Identity& identity) const {
    for (std::size_t n = 0; n < things_.size(); ++n) {
        film::Identity of_thing;
        things_[n]->note(of_thing);
        for (const auto& [name, value] : of_thing)
            identity["--sculpt " + sculptings_[n].name + ": " + name] = value;
    }
    for (const auto& file : map_files_)
        identity["the maps " + file.string()] = film::fingerprint_of(file);
}

void FilmSculpt::add_stages(std::vector<std::unique_ptr<film::Stage>>& stages,
                            const RunContext& run) const {
    for (const auto& thing : things_)
        stages.push_back(std::make_unique<film::BesideStage>(thing->make_stage(run)));
}

Brushstrokes FilmSculpt::strokes(const film::Travelling& frame, const Fitting& fitting,
                                 const film::Controls& controls) const {
    Brushstrokes strokes = maps_;
    for (std::size_t n = 0; n < sculptings_.size(); ++n) {
        const Matte& matte = frame.beside[n];
        const auto track = controls.sculpt.find(sculptings_[n].name);
        const double percent =
            track == controls.sculpt.end()
                ? sculptings_[n].percent
                : track->second.at(frame.time_s, frame.scene, sculptings_[n].percent);
        if (!matte.empty() && percent != 0) add_lift(strokes, apply(fitting, matte), percent);
    }
    return strokes;
}

}  // namespace diorama::pipeline
