#include "pipeline/film_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "core/temporary_file.h"
#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "diorama/film_tracks.h"
#include "diorama/picture.h"
#include "film/preview.h"
#include "inference/built_in.h"
#include "inference/digest.h"
#include "pipeline/films.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

namespace fs = std::filesystem;

// Standard output takes frames once, from one command.
void check_stream(const FilmRequest& request) {
    if (request.source.shares > 1)
        throw Error(ErrorCode::usage, "goes to a file; standard output has one writer", "--shares");
    if (request.side)
        throw Error(ErrorCode::usage, "goes with a film in a file, from which it can be resumed",
                    request.side->file.string());
}

void check_output(const FilmRequest& request) {
    std::vector<fs::path> inputs = request.beside;
    inputs.push_back(request.input);
    std::vector<fs::path> outputs{request.output};
    if (request.side) outputs.push_back(request.side->file);
    if (request.output == "-")
        check_stream(request);
    else
        require_distinct(inputs, outputs);
    if (request.input == "-" && request.source.shares > 1)
        throw Error(ErrorCode::usage, "needs a film in a file, which all of them can read",
                    "--shares");
    const OutputKind kind = output_kind(request.output);
    const std::string name = request.output.string();
    if (request.preview) {
        if (kind != OutputKind::picture)
            throw Error(ErrorCode::usage, "--preview makes a picture: .png, .jpg, ...", name);
        if (request.source.shares > 1)
            throw Error(ErrorCode::usage, "is of a film; a --preview is one frame", "--shares");
        return core::require_writable(request.output);
    }
    if (kind == OutputKind::picture)
        throw Error(ErrorCode::usage,
                    fmt::format("is a still picture, but {} is a film; name a film (.mp4, .mkv, "
                                "...) or a sequence (name_%04d.png), or give --preview TIME",
                                request.input.string()),
                    name);
}

// The form of the output, as far as the input says it.
SinkFormat format_of(const FilmRequest& request, const FilmInfo& info) {
    SinkFormat format = request.format;
    if (format.size == Size{}) format.size = info.size;
    if (output_kind(request.output) == OutputKind::film && !format.depth)
        format.size = even_size(format.size);
    format.sample_aspect = info.sample_aspect;
    if (request.light == Light::of_input) {
        format.colour = info.colour;
        format.bits = info.bits;
        const bool is_film = output_kind(request.output) == OutputKind::film;
        if (info.bits > 8)
            format.sample_type = is_film
                                     ? SampleType::u16
                                     : sample_type_of({.output = request.output}, SampleType::u16);
    }
    if (info.fps.num > 0)
        format.fps = {info.fps.num, info.fps.den * std::int64_t{request.source.every}};
    format.threads = film::kEncoderThreads;
    return format;
}

// What is made beside it has its rate.
std::optional<film::Output> side_of(const FilmRequest& request, const SinkFormat& format) {
    std::optional<film::Output> side = request.side;
    if (!side) return side;
    side->format.fps = format.fps;
    side->format.threads = format.threads;
    (void)open_sink(side->file, side->format);
    return side;
}

film::Excerpt excerpt_of(const FilmRequest& request) {
    return {.input = request.input,
            .start = request.source.start,
            .duration = request.duration,
            .every = request.source.every};
}

film::Identity identity_of(const FilmRequest& request) {
    film::Identity identity = request.identity;
    identity["the input"] = film::fingerprint_of(request.input);
    identity["--start"] = fmt::format("{}", request.source.start.count());
    identity["--duration"] = request.duration ? fmt::format("{}", request.duration->count()) : "";
    identity["--every"] = std::to_string(request.source.every);
    film::note(identity, request.format.encoder);
    return identity;
}

// Frames as the encoder wants them: of the output's size and samples, colours over black.
film::Drawn as_frame(film::Drawn drawn, const SinkFormat& format) {
    auto* image = std::get_if<Image>(&drawn);
    if (image == nullptr) return drawn;
    if (image->size() != format.size)
        *image = apply(fit(image->size(), format.size), std::move(*image));
    if (image->sample_type() != format.sample_type) *image = convert(*image, format.sample_type);
    if (format.alpha == AlphaKind::none && image->alpha() == AlphaKind::straight)
        *image = premultiply(*image);
    return drawn;
}

std::string fingerprint_of_network(const fs::path& file) {
    if (const auto bytes = inference::built_in_bytes(file); !bytes.empty()) {
        inference::Sha256 digest;
        digest.add({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        return digest.hex();
    }
    return fs::is_regular_file(file) ? film::fingerprint_of(file) : std::string();
}

std::function<film::Effect()> fitted(const std::function<film::Effect()>& make_effect,
                                     const SinkFormat& format) {
    return [=] {
        film::Effect effect = make_effect();
        effect.draw = [format, draw = std::move(effect.draw)](const film::Travelling& frame,
                                                              const RunContext& run) {
            film::Drawing drawing = draw(frame, run);
            drawing.frame = as_frame(std::move(drawing.frame), format);
            return drawing;
        };
        return effect;
    };
}

film::Share share_of(const FilmSource& source) {
    return {.number = source.share.value_or(1), .of = source.shares};
}

void warn_of_tracks(const FilmRequest& request, const RunContext& run) {
    if (output_kind(request.output) != OutputKind::film) return;
    for (const std::string& line : carried_over(request.input, request.output).warnings)
        run.warn(line);
}

// Each kind of warning once, though thousands of frames may have it. What is of one kind differs in
// its numbers alone.
RunContext warning_once(const RunContext& run) {
    struct Seen {
        std::mutex mutex{};
        std::set<std::string> kinds{};
    };
    RunContext once = run;
    once.on_warning = [&run, seen = std::make_shared<Seen>()](const std::string& line) {
        std::string kind;
        std::ranges::copy_if(line, std::back_inserter(kind),
                             [](unsigned char c) { return std::isdigit(c) == 0; });
        const std::lock_guard lock(seen->mutex);
        if (seen->kinds.insert(kind).second) run.warn(line);
    };
    return once;
}

void write_preview(const film::Work& work, Seconds time, const RunContext& run) {
    const film::Drawn drawn = film::draw_preview(work, time, run);
    if (const auto* image = std::get_if<Image>(&drawn)) write_picture(work.output.file, *image);
    if (const auto* depth = std::get_if<InverseDepth>(&drawn))
        write_inverse_depth(work.output.file, *depth);
    if (const auto* matte = std::get_if<Matte>(&drawn)) write_matte(work.output.file, *matte);
}

}  // namespace

bool is_film(const fs::path& input) {
    switch (output_kind(input)) {
        case OutputKind::film:
        case OutputKind::sequence:
            return true;
        case OutputKind::animation:
            return inspect_picture(input).frames > 1;
        case OutputKind::picture:
        case OutputKind::layered:
            return false;
        case OutputKind::other:
            break;
    }
    if (!is_there(input)) return false;
    try {
        (void)inspect_picture(input);
        return false;
    } catch (const Error&) {
    }
    try {
        (void)FilmReader(input);
        return true;
    } catch (const Error& error) {
        // A film that cannot be read has more to say than a picture that is none.
        return error.code() != ErrorCode::unsupported &&
               error.message().find("is not a film") == std::string::npos;
    }
}

void check(const FilmSource& source) {
    validate(source);
    if (source.shares > 1 && !source.share)
        throw Error(ErrorCode::usage,
                    fmt::format("says how many there are; which of them is this? give --share 1 "
                                "to {}",
                                source.shares),
                    "--shares");
    if (source.share && (*source.share < 1 || *source.share > source.shares))
        throw Error(ErrorCode::usage,
                    fmt::format("{} is none of 1 to {}", *source.share, source.shares), "--share");
}

void note_network(film::Identity& identity, const std::string& role, const ModelInterface& model) {
    std::vector<fs::path> files{model.file};
    for (const ModelVariant& variant : model.variants) files.push_back(variant.file);
    for (const ModelPart& part : model.parts) files.push_back(part.file);
    std::string& known = identity["the " + role + " network"];
    for (const fs::path& file : files) known += fingerprint_of_network(file);
}

void note_filler(film::Identity& identity, const std::string& fill, const Filler& filler) {
    if (filler.runs_network()) note_network(identity, "fill", find_model(fill, {ModelTask::fill}));
}

JobSummary make_film(const FilmRequest& request, const RunContext& caller, RunMode mode) {
    const RunContext run = warning_once(caller);
    check(request.source);
    check_output(request);
    const FilmInfo info = FilmReader(request.input, run.threads).info();
    const SinkFormat format = format_of(request, info);
    const film::Work work{.excerpt = excerpt_of(request),
                          .output = {request.output, format},
                          .side = side_of(request, format),
                          .identity = identity_of(request),
                          .share = share_of(request.source),
                          .cutting = request.cutting,
                          .make_effect = fitted(request.make_effect, format),
                          .preview = request.reach};
    JobSummary summary{.outputs = {request.output},
                       .input_size = info.size,
                       .size = work.output.format.size,
                       .frames = request.preview ? 0 : static_cast<int>(info.frames),
                       .fps = work.output.format.fps};
    if (request.side) summary.side_outputs.push_back(request.side->file);
    if (!request.preview) {
        (void)open_sink(request.output, work.output.format);
        warn_of_tracks(request, run);
    }
    if (mode == RunMode::dry_run) return summary;
    if (request.preview) {
        write_preview(work, *request.preview, run);
        return summary;
    }
    const film::Made made = film::make_film(work, run);
    summary.frames = static_cast<int>(made.frames);
    summary.repeated = static_cast<int>(made.repeated);
    summary.seconds = made.seconds;
    if (work.share.of > 1) {
        summary.outputs.clear();
        summary.shared =
            SharedFilm{static_cast<int>(made.segments), static_cast<int>(made.finished)};
    }
    return summary;
}

}  // namespace diorama::pipeline
