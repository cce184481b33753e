#include "pipeline/depth_film.h"

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "pipeline/film_depth_source.h"
#include "pipeline/film_jobs.h"
#include "pipeline/idle_options.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

void check_job(const DepthJob& job) {
    validate(job.read);
    constexpr const char* kWhy = "is for pictures, but the input is a film";
    refuse_changed(job.subject, {}, kWhy);
    refuse_changed(DepthExtras{.confidence = job.extras.confidence}, {}, kWhy);
    if (!job.extras.colormap.empty()) {
        (void)colour_map(InverseDepth({1, 1}), job.extras.colormap);
        return;
    }
    const std::string ending = core::ending_of(job.output);
    if (ending != ".png" && ending != ".exr" && ending != ".mkv")
        throw Error(ErrorCode::unsupported,
                    "depth of a film is written as .mkv (16-bit grey, lossless) or as a sequence, "
                    "depth_%04d.exr or .png; other formats are for --colormap",
                    job.output.string());
}

// 16-bit codes where the output is a film of depth.
SinkFormat format_of(const DepthJob& job) {
    SinkFormat format{.encoder = job.encoder};
    if (!job.extras.colormap.empty() || output_kind(job.output) != OutputKind::film) return format;
    refuse_changed(job.encoder, {}, "is for --colormap; depth in .mkv is always lossless FFV1");
    format.sample_type = SampleType::u16;
    format.depth = DepthCoding{};
    return format;
}

film::Identity identity_of(const DepthJob& job, const FilmDepth& depth) {
    film::Identity identity;
    depth.note(identity);
    film::note(identity, job.extras);
    return identity;
}

}  // namespace

JobSummary make_depth_film(const DepthJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    const FilmDepth depth(job.depth, job.steady, job.input, run);
    const SinkFormat format = format_of(job);
    const auto draw = [&](const film::Travelling& frame, const RunContext&) -> film::Drawing {
        if (!job.extras.colormap.empty()) return {colour_map(frame.depth, job.extras.colormap)};
        if (format.depth) return {encode_depth(frame.depth, *format.depth)};
        return {frame.depth};
    };
    const auto make_effect = [&] {
        film::Effect effect{.draw = draw};
        depth.add_stages(effect.stages, run);
        return effect;
    };
    return make_film({.input = job.input,
                      .output = job.output,
                      .beside = {job.depth.depth},
                      .source = job.source,
                      .duration = job.part.duration,
                      .preview = job.part.preview,
                      .format = format,
                      .light = Light::drawn,
                      .identity = identity_of(job, depth),
                      .make_effect = make_effect},
                     run, mode);
}

}  // namespace diorama::pipeline
