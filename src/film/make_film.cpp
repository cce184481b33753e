#include "film/make_film.h"

#include <fmt/format.h>

#include <utility>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "film/segment_frames.h"

namespace diorama::film {
namespace {

// Makes the segments that are this share's and are not there yet.
class Maker {
 public:
    Maker(const Work& work, PartsFolder& folder, const RunContext& run)
        : work_(work),
          folder_(folder),
          plan_(*folder.plan()),
          reader_(work.excerpt.input, run.threads) {
        work_.output.format = folder.format();
        for (std::size_t n = 0; n < plan_.segments.size(); ++n)
            if (is_to_do(n)) to_do_ += plan_.segment(n).size();
    }

    void make_all(const RunContext& run) {
        for (std::size_t n = 0; n < plan_.segments.size(); ++n)
            if (is_to_do(n)) make(n, run);
    }
    [[nodiscard]] const Meter& meter() const { return meter_; }

 private:
    [[nodiscard]] bool is_to_do(std::size_t segment) const {
        return work_.share.takes(segment) && !folder_.has(segment);
    }

    void make(std::size_t segment, const RunContext& run) {
        Effect effect = work_.make_effect();
        const bool has_past = !effect.stages.empty();
        SegmentFrames frames(
            reader_, plan_,
            plan_.seen_by(segment, has_past ? kWarmUpFrames : 0, effect.look_ahead_frames()),
            plan_.segment(segment));
        const auto sink = open_segment(work_.output, folder_, segment, plan_);
        render(frames, effect, *sink, meter_, run, [&] {
            run.progress(fmt::format("frames ({} is slowest)", meter_.slowest()), ++done_, to_do_);
        });
        folder_.note_finished(segment, sink->finish());
    }

    Work work_;
    PartsFolder& folder_;
    const Plan& plan_;
    FilmReader reader_;
    Meter meter_{};
    std::int64_t to_do_ = 0;
    std::int64_t done_ = 0;
};

void begin(const Work& work, PartsFolder& folder, const RunContext& run) {
    const Plan plan = make_plan(work.excerpt, work.cutting, run);
    std::vector<Seconds> times;
    for (const double time_s : plan.times_s) times.emplace_back(time_s);
    SinkFormat format = work.output.format;
    format.threads = kEncoderThreads;
    format.clock = find_clock(FilmReader(work.excerpt.input, run.threads).info(), times);
    folder.keep(plan, work.excerpt, format);
}

// Before its parts go, the film is on the disk.
void make_durable(const std::filesystem::path& film) {
    if (output_kind(film) != OutputKind::sequence) core::make_durable(film);
    core::make_durable(film.has_parent_path() ? film.parent_path() : ".");
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
    PartsFolder folder(work.output.file, work.identity, work.share, run);
    std::vector<std::pair<std::string, double>> seconds;
    try {
        if (!folder.plan()) begin(work, folder, run);
        Maker maker(work, folder, run);
        maker.make_all(run);
        seconds = maker.meter().seconds();
        folder.refresh();
        const std::size_t segments = folder.plan()->segments.size();
        if (work.share.of == 1) join(work.output.file, folder, segments, run);
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
    if (work.share.of == 1) {
        make_durable(work.output.file);
        folder.remove();
    }
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
    join(film, folder, whole, run);
    if (whole == segments) {
        make_durable(film);
        folder.remove();
    }
    return {.frames = folder.plan()->segment(whole - 1).end,
            .repeated = folder.plan()->repeated,
            .segments = segments,
            .finished = folder.finished(),
            .size = folder.format().size,
            .fps = folder.format().fps};
}

}  // namespace diorama::film
