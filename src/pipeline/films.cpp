#include "pipeline/films.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "diorama/video.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

bool writes_h264(const FilmTarget& target) {
    const std::string& codec = target.encoder.codec;
    if (!codec.empty()) return codec == "h264" || codec == "libx264";
    return core::ending_of(target.output) != ".webm" && target.alpha == AlphaKind::none;
}

// Where the user names a size, it is taken as it is.
Size film_size(const FilmTarget& target, Size own, const RunContext& run) {
    Size size = parse_size(target.film.size, own);
    if (output_kind(target.output) != OutputKind::film) return size;
    if (writes_h264(target) && target.film.size.empty() && playable_size(size) != size) {
        const Size smaller = even_size(playable_size(size));
        run.warn(
            fmt::format("the film is {}×{} instead of the photo's {}×{}, since H.264 players "
                        "end at 4096×2304; --size or another --codec changes that",
                        smaller.width, smaller.height, own.width, own.height));
        size = smaller;
    }
    return even_size(size);
}

}  // namespace

void check_output(const FilmTarget& target) {
    const OutputKind kind = output_kind(target.output);
    const std::string name = target.output.string();
    const bool still = kind == OutputKind::picture || core::ending_of(target.output) == ".webp";
    if (target.preview && !still)
        throw Error(ErrorCode::usage, "--preview makes a picture: .png, .jpg, ...", name);
    if (!target.preview && kind == OutputKind::picture)
        throw Error(ErrorCode::usage,
                    "is a still picture; name a film (.mp4, .mkv, .mov, .webm, .gif, ...) or a "
                    "sequence (name_%04d.png), or give --preview TIME for one frame",
                    name);
    if (kind == OutputKind::layered || kind == OutputKind::other)
        throw Error(ErrorCode::unsupported,
                    "unknown ending for a film; known are .mp4, .mkv, .mov, .webm, .gif, .apng, "
                    ".webp and sequences such as name_%04d.png",
                    name);
    core::require_writable(target.output);
}

FilmPlan plan_film(const FilmTarget& target, Size photo, const RunContext& run) {
    FilmPlan plan;
    plan.size = film_size(target, photo, run);
    plan.fps = parse_frame_rate(target.film.fps);
    constexpr double kMostFrames = 10'000'000;
    const double frames_a_loop =
        std::max(1.0, std::round(target.film.loop().count() * plan.fps.value()));
    if (frames_a_loop * target.film.loops > kMostFrames)
        throw Error(ErrorCode::usage,
                    fmt::format("{:.0f} frames are too many; fewer --loops, --duration or --fps",
                                frames_a_loop * target.film.loops));
    plan.frames_a_loop = static_cast<int>(frames_a_loop);
    plan.frames = plan.frames_a_loop * target.film.loops;
    return plan;
}

SampleType sample_type_of(const FilmTarget& target, SampleType photo) {
    const std::string ending = core::ending_of(target.output);
    const std::string& codec = target.encoder.codec;
    const bool film_of_8_bits =
        writes_h264(target) || (ending == ".webm" && codec.empty()) || codec == "libx264rgb";
    switch (output_kind(target.output)) {
        case OutputKind::film:
            return film_of_8_bits ? SampleType::u8 : photo;
        case OutputKind::animation:
            return ending == ".apng" ? photo : SampleType::u8;
        default:
            return photo;
    }
}

SinkFormat sink_format(const FilmTarget& target, const FilmPlan& plan, SampleType type,
                       const RunContext& run) {
    return {.size = plan.size,
            .fps = plan.fps,
            .sample_type = type,
            .alpha = target.alpha,
            .encoder = target.encoder,
            .threads = run.threads};
}

FilmPlan begin_film(const FilmTarget& target, const std::filesystem::path& photo,
                    const ReadOptions& read, JobSummary& summary, const RunContext& run) {
    summary.input_size = inspect_picture(photo, limits_of(read)).size;
    const FilmPlan plan = plan_film(target, summary.input_size, run);
    summary.size = plan.size;
    summary.frames = target.preview ? 0 : plan.frames;
    summary.fps = plan.fps;
    summary.outputs = {target.output};
    if (!target.preview)
        (void)open_sink(target.output, sink_format(target, plan, SampleType::u8, run));
    return plan;
}

}  // namespace diorama::pipeline
