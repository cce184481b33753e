#include "pipeline/matte_film.h"

#include <cmath>

#include "pipeline/film_jobs.h"
#include "pipeline/film_subject.h"
#include "pipeline/idle_options.h"

namespace diorama::pipeline {
namespace {

void check_job(const MatteJob& job) {
    validate(job.read);
    refuse_changed(job.extras, {}, "is for pictures, but the input is a film");
}

Image grey_of(const Matte& matte) {
    Image grey(matte.size(), SampleType::u8, AlphaKind::none);
    for (int y = 0; y < grey.height(); ++y) {
        std::uint8_t* pixel = grey.row<std::uint8_t>(y);
        for (int x = 0; x < grey.width(); ++x, pixel += 3)
            std::fill_n(pixel, 3, static_cast<std::uint8_t>(std::lround(255 * matte.at(x, y))));
    }
    return grey;
}

}  // namespace

JobSummary make_matte_film(const MatteJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    const FilmSubject subject(job.subject, job.device, job.input, job.read, run);
    const bool as_maps = output_kind(job.output) == OutputKind::sequence || job.part.preview;
    const auto draw = [as_maps](const film::Travelling& frame, const RunContext&) -> film::Drawing {
        const Matte matte = frame.matte.empty() ? Matte(frame.image.size()) : frame.matte;
        if (as_maps) return {matte};
        return {grey_of(matte)};
    };
    const auto make_effect = [&] {
        film::Effect effect{.draw = draw};
        effect.stages.push_back(subject.make_stage(run));
        return effect;
    };
    film::Identity identity;
    subject.note(identity);
    return make_film({.input = job.input,
                      .output = job.output,
                      .beside = subject.files(),
                      .source = job.source,
                      .duration = job.part.duration,
                      .preview = job.part.preview,
                      .format = {.encoder = job.encoder},
                      .light = Light::drawn,
                      .identity = identity,
                      .cutting = subject.cutting(),
                      .make_effect = make_effect},
                     run, mode);
}

}  // namespace diorama::pipeline
