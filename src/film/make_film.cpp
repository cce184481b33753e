#include "film/make_film.h"

#include <fmt/format.h>

#include <utility>

#include "core/free_memory.h"
#include "core/temporary_file.h"
#include "diorama/error.h"
#include "film/segment_frames.h"

namespace diorama::film {
namespace {

// Makes segments, each by itself.
class Maker {
 public:
    // `to_do`: frames of all segments that will be asked for.
    Maker(const Work& work, const Plan& plan, std::int64_t to_do, const RunContext& run)
        : work_(work), plan_(plan), reader_(work.excerpt.input, run.threads), to_do_(to_do) {}

    void make(std::size_t segment, DrawnSink& sink, const RunContext& run) {
        Effect effect = work_.make_effect();
        const bool has_past = !effect.stages.empty();
        SegmentFrames frames(
            reader_, plan_,
            plan_.seen_by(segment, has_past ? kWarmUpFrames : 0, effect.look_ahead_frames()),
            plan_.segment(segment));
        render(frames, effect, sink, meter_, run, [&] {
            run.progress(fmt::format("frames ({} is slowest)", meter_.slowest()), ++done_, to_do_);
        });
        core::release_free_memory();
    }
    [[nodiscard]] std::vector<std::pair<std::string, double>> seconds() const {
        return meter_.seconds();
    }

 private:
    const Work& work_;
    const Plan& plan_;
    FilmReader reader_;
    Meter meter_{};
    std::int64_t to_do_ = 0;
    std::int64_t done_ = 0;
};

using Spent = std::vector<std::pair<std::string, double>>;

// Makes the segments that are this share's and are not there yet.
Spent make_segments(const Work& work, PartsFolder& folder, const RunContext& run) {
    const Plan& plan = *folder.plan();
    const auto is_to_do = [&](std::size_t n) { return work.share.takes(n) && !folder.has(n); };
    std::int64_t to_do = 0;
    for (std::size_t n = 0; n < plan.segments.size(); ++n)
        if (is_to_do(n)) to_do += plan.segment(n).size();
    Maker maker(work, plan, to_do, run);
    for (std::size_t n = 0; n < plan.segments.size(); ++n) {
        if (!is_to_do(n)) continue;
        SegmentSink sink(folder, n);
        maker.make(n, sink, run);
        folder.note_finished(n, sink.finish());
    }
    return maker.seconds();
}

// The output's form, once the times of its frames are known.
SinkFormat format_for(const Work& work, const SinkFormat& wanted, const Plan& plan,
                      const RunContext& run) {
    std::vector<Seconds> times;
    for (const double time_s : plan.times_s) times.emplace_back(time_s);
    SinkFormat format = wanted;
    format.threads = kEncoderThreads;
    format.clock = find_clock(FilmReader(work.excerpt.input, run.threads).info(), times);
    return format;
}

void begin(const Work& work, PartsFolder& folder, const RunContext& run) {
    const Plan plan = make_plan(work.excerpt, work.cutting, run);
    std::optional<Output> side = work.side;
    if (side) side->format = format_for(work, side->format, plan, run);
    folder.keep(plan, work.excerpt, format_for(work, work.output.format, plan, run), side);
}

Made make_stream(const Work& work, const RunContext& run) {
    const Plan plan = make_plan(work.excerpt, work.cutting, run);
    const SinkFormat format = format_for(work, work.output.format, plan, run);
    if (format.clock.num > 0 && format.encoder.codec.empty())
        run.warn(
            "frames come at no steady rate, which YUV4MPEG cannot tell; --codec makes it NUT, "
            "which can");
    StreamSink sink({work.output.file, format}, plan);
    Maker maker(work, plan, plan.frames(), run);
    for (std::size_t n = 0; n < plan.segments.size(); ++n) maker.make(n, sink, run);
    sink.finish();
    return {.frames = plan.frames(),
            .repeated = plan.repeated,
            .segments = plan.segments.size(),
            .finished = plan.segments.size(),
            .size = work.output.format.size,
            .fps = work.output.format.fps,
            .seconds = maker.seconds()};
}

// Before its parts go, the film is on the disk.
void end(PartsFolder& folder) {
    const auto make_durable = [](const std::filesystem::path& film) {
        if (output_kind(film) != OutputKind::sequence) core::make_durable(film);
        core::make_durable(film.has_parent_path() ? film.parent_path() : ".");
    };
    make_durable(folder.output().file);
    if (folder.side()) make_durable(folder.side()->file);
    folder.remove();
}

// What stays where work ends too early.
[[noreturn]] void throw_with_remains(const Error& error, PartsFolder& folder, const Share& share) {
    const bool keeps = folder.plan() && folder.finished() > 0;
    if (!keeps) {
        if (share.of == 1) folder.remove();  // others may be at work in it
        throw error;
    }
    throw Error(error.code(),
                fmt::format("{}; {} of {} segments are kept, from which the same command goes on",
                            error.message(), folder.finished(), folder.plan()->segments.size()),
                error.context());
}

}  // namespace

Made make_film(const Work& work, const RunContext& run) {
    if (work.output.file == "-") return make_stream(work, run);
    PartsFolder folder(work.output.file, work.identity, work.share, run);
    Spent seconds;
    try {
        if (!folder.plan()) begin(work, folder, run);
        seconds = make_segments(work, folder, run);
        folder.refresh();
        if (work.share.of == 1) join(folder, folder.plan()->segments.size(), run);
    } catch (const Error& error) {
        throw_with_remains(error, folder, work.share);
    }
    const Made made{.frames = folder.plan()->frames(),
                    .repeated = folder.plan()->repeated,
                    .segments = folder.plan()->segments.size(),
                    .finished = folder.finished(),
                    .size = work.output.format.size,
                    .fps = work.output.format.fps,
                    .seconds = seconds};
    if (work.share.of == 1) end(folder);
    return made;
}

Made merge_film(const std::filesystem::path& film, Merge merge, const RunContext& run) {
    PartsFolder folder(film);
    const std::size_t segments = folder.plan()->segments.size();
    std::size_t whole = 0;
    while (whole < segments && folder.has(whole)) ++whole;
    if (whole == 0 || (whole < segments && merge == Merge::whole))
        throw Error(ErrorCode::not_found,
                    fmt::format("{} of {} segments are missing, the first of them begins at "
                                "{:.1f} s; run the other shares{}",
                                segments - folder.finished(), segments,
                                folder.plan()->times_s[static_cast<std::size_t>(
                                    folder.plan()->segment(whole).begin)],
                                whole == 0 ? "" : ", or join what comes before it by --partial"),
                    film.string());
    join(folder, whole, run);
    const Made made{.frames = folder.plan()->segment(whole - 1).end,
                    .repeated = folder.plan()->repeated,
                    .segments = segments,
                    .finished = folder.finished(),
                    .size = folder.output().format.size,
                    .fps = folder.output().format.fps};
    if (whole == segments) end(folder);
    return made;
}

}  // namespace diorama::film
