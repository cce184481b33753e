#include "pipeline/film_depth_source.h"

#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "film/depth_stages.h"
#include "film/given.h"
#include "pipeline/film_jobs.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

void check(const DepthSource& source, const SteadyOptions& steady) {
    validate(steady);
    if (source.detail)
        throw Error(ErrorCode::usage, "is for pictures, but the input is a film", "--detail");
    if (source.depth.empty()) return pipeline::check(source);
    if (!is_film(source.depth))
        throw Error(ErrorCode::usage,
                    "is one picture, but the input is a film; give a film of depth (.mkv) or a "
                    "sequence (depth_%04d.exr)",
                    source.depth);
    refuse_changed(steady, {}, "steadies what a network says; --depth counts as it is");
}

}  // namespace

FilmDepth::FilmDepth(const DepthSource& source, const SteadyOptions& steady,
                     const std::filesystem::path& input, const RunContext& run)
    : source_(source), steady_(steady) {
    check(source, steady);
    if (!source.depth.empty()) {
        film::require_companion(source.depth, input, run);
        return;
    }
    const std::string name =
        source.depth_model.empty() ? std::string(kBuiltInDepth) : source.depth_model;
    model_.emplace(find_model(name, {ModelTask::depth}, run), source.device, run.threads);
}

void FilmDepth::note(film::Identity& identity) const {
    film::note(identity, source_);
    film::note(identity, steady_);
    if (model_) note_network(identity, "depth", model_->interface());
    if (!source_.depth.empty()) identity["the depth"] = film::fingerprint_of(source_.depth);
}

void FilmDepth::add_stages(std::vector<std::unique_ptr<film::Stage>>& stages,
                           const RunContext& run) const {
    if (!model_) {
        stages.push_back(std::make_unique<film::GivenDepthStage>(source_.depth, run));
        return;
    }
    stages.push_back(std::make_unique<film::DepthStage>(*model_));
    stages.push_back(std::make_unique<film::SteadyStage>(steady_));
}

}  // namespace diorama::pipeline
