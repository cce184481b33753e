#include "pipeline/roto_film.h"

#include <fmt/format.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <sstream>
#include <utility>

#include "diorama/error.h"
#include "diorama/picture.h"
#include "film/parts_folder.h"
#include "pipeline/film_jobs.h"
#include "pipeline/film_subject.h"
#include "pipeline/palettes.h"
#include "pipeline/roto_notes.h"
#include "pipeline/roto_tones.h"
#include "pipeline/subjects.h"
#include "video/sinks.h"

namespace diorama::pipeline {
namespace {

namespace fs = std::filesystem;

// A film is drawn first, frame by frame, as pictures of tones in a hidden folder beside the output;
// what is asked for is made of these once all are there, since only then the colours are known.
class Workshop {
 public:
    // A preview has one of its own, so that a film that was stopped can be gone on with.
    Workshop(const fs::path& output, std::string_view purpose)
        : folder_(output.parent_path() /
                  fmt::format(".{}.{}", output.filename().string(), purpose)) {
        std::error_code failure;
        fs::create_directories(notes(), failure);
        if (failure)
            throw Error(ErrorCode::unwritable, "cannot be made: " + failure.message(),
                        folder_.string());
    }
    // What lies there is of use as long as the film can be gone on with.
    ~Workshop() {
        std::error_code ignored;
        if (!fs::exists(film::PartsFolder::beside(tones()), ignored) && !is_drawn())
            fs::remove_all(folder_, ignored);
    }
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;

    [[nodiscard]] const fs::path& folder() const { return folder_; }
    [[nodiscard]] fs::path tones() const { return folder_ / "tones_%08d.png"; }
    [[nodiscard]] fs::path notes() const { return folder_ / "notes"; }
    [[nodiscard]] fs::path preview() const { return folder_ / "preview.png"; }

    // Whether all frames of the work are there.
    [[nodiscard]] bool has_drawn(const film::Identity& work) const {
        return is_drawn() && read(mark()) == text_of(work);
    }
    void note_drawn(const film::Identity& work) const {
        std::ofstream stream(mark());
        stream << text_of(work);
    }
    // Other work may have left notes, which would be taken for those of this one.
    void begin(const film::Identity& work) const {
        fs::remove(mark());
        if (read(folder_ / "begun.txt") == text_of(work)) return;
        fs::remove_all(notes());
        fs::create_directories(notes());
        std::ofstream(folder_ / "begun.txt") << text_of(work);
    }
    void remove() const { fs::remove_all(folder_); }

 private:
    [[nodiscard]] fs::path mark() const { return folder_ / "drawn.txt"; }
    [[nodiscard]] bool is_drawn() const { return fs::exists(mark()); }
    static std::string read(const fs::path& file) {
        std::ifstream stream(file);
        std::ostringstream text;
        text << stream.rdbuf();
        return text.str();
    }
    static std::string text_of(const film::Identity& work) {
        std::string text;
        for (const auto& [name, value] : work) text += fmt::format("{} {}\n", name, value);
        return text;
    }

    fs::path folder_;
};

// A frame becomes the picture of its tones.
class ToneStage : public film::FrameByFrame {
 public:
    ToneStage(const ToneFinder& finder, const DrawingOptions& options, fs::path notes)
        : finder_(finder), drawer_(options), notes_(std::move(notes)) {}

    [[nodiscard]] std::string name() const override { return "tones"; }
    void end_scene(const RunContext&) override { drawer_.end_scene(); }
    void look_at(film::Travelling& frame, const RunContext& run) override {
        const Matte* subject = frame.matte.empty() ? nullptr : &frame.matte;
        if (!drawer_.holds(frame.image, frame.number))
            (void)drawer_.draw(frame.image, finder_.find(frame.image, subject, run), run);
        const ToneMap& tones = drawer_.last();
        if (frame.is_shown) {
            FrameNote note{.time_s = frame.time_s, .starts_scene = frame.starts_scene};
            note.colours.add(frame.image, tones);
            write_note(notes_, frame.number, note);
        }
        frame.image = paint_tones(tones);
    }

 private:
    const ToneFinder& finder_;
    SteadyTones drawer_;
    fs::path notes_;
};

film::Identity identity_of(const RotoJob& job, const ToneFinder& finder) {
    film::Identity identity;
    film::note(identity, job.tones);
    film::note(identity, job.nudges);
    film::note(identity, job.drawing);
    if (finder.model()) note_network(identity, "tones", finder.model()->interface());
    return identity;
}

film::Identity whole_identity(film::Identity identity, const RotoJob& job) {
    identity["the input"] = film::fingerprint_of(job.input);
    film::note(identity, job.source);
    film::note(identity, job.part);
    return identity;
}

// The frames of the input at the times of those that are drawn.
class Sources {
 public:
    Sources(const fs::path& input, int threads, double start_s) : reader_(input, threads) {
        reader_.seek(Seconds(start_s));
    }
    [[nodiscard]] const Image& at(double time_s) {
        constexpr double kTolerance_s = 1e-4;
        while (!frame_ || frame_->time.count() < time_s - kTolerance_s) {
            std::optional<FilmFrame> next = reader_.next();
            if (!next) break;
            frame_ = std::move(next);
        }
        return frame_->image;
    }

 private:
    FilmReader reader_;
    std::optional<FilmFrame> frame_{};
};

// A palette for each scene, by the number of its first frame.
std::vector<std::pair<std::size_t, Palette>> choose_palettes(const std::vector<FrameNote>& notes,
                                                             const std::string& option) {
    std::vector<std::pair<std::size_t, Palette>> palettes;
    for (std::size_t first = 0; first < notes.size();) {
        ToneColours colours = notes[first].colours;
        std::size_t next = first + 1;
        for (; next < notes.size() && !notes[next].starts_scene; ++next)
            colours.add(notes[next].colours);
        palettes.emplace_back(first, choose_palette(option, colours));
        first = next;
    }
    return palettes;
}

void write_palettes(const fs::path& folder,
                    const std::vector<std::pair<std::size_t, Palette>>& palettes) {
    for (std::size_t i = 0; i < palettes.size(); ++i)
        write_palette(folder / (palettes.size() == 1 ? std::string("palette.gpl")
                                                     : fmt::format("palette_{}.gpl", i + 1)),
                      palettes[i].second);
}

// Makes what is asked for of the drawn film.
class Publisher {
 public:
    Publisher(const RotoJob& job, const ProductPlan& plan, const Workshop& workshop,
              const JobSummary& summary)
        : job_(job),
          workshop_(workshop),
          notes_(read_notes(workshop.notes())),
          palettes_(choose_palettes(notes_, job.extras.palette)),
          frame_s_(1 / plan.film->fps.value()),
          products_(open_products(plan, summary.size)) {
        if (!job.extras.compare.empty()) {
            sources_.emplace(job.input, job.read.threads, notes_.front().time_s);
            products_.push_back(open_comparison(job.extras.compare, plan, summary.size));
        }
    }

    void publish(const RunContext& run) {
        std::array<std::int64_t, kTones.size()> pixels{};
        for (std::size_t i = 0; i < notes_.size(); ++i) {
            run.throw_if_stopped();
            run.progress("writing drawings", static_cast<std::int64_t>(i),
                         static_cast<std::int64_t>(notes_.size()));
            write(i, run);
            for (std::size_t tone = 0; tone < kTones.size(); ++tone)
                pixels[tone] += notes_[i].colours.pixels[tone];
        }
        for (const auto& product : products_) product->finish(run);
        warn_of_missing(pixels, run);
    }
    [[nodiscard]] const auto& palettes() const { return palettes_; }
    [[nodiscard]] int frames() const { return static_cast<int>(notes_.size()); }

 private:
    void write(std::size_t i, const RunContext& run) {
        const auto file = video::sequence_path(workshop_.tones(), static_cast<std::int64_t>(i));
        ToneMap tones = read_tones(read_picture(file));
        if (tones != tones_ || i == 0) {
            tones_ = std::move(tones);
            drawing_ = trace_tones(tones_, job_.trace, run);
        }
        const double time_s = notes_[i].time_s;
        const double next_s = i + 1 < notes_.size() ? notes_[i + 1].time_s : time_s + frame_s_;
        const auto palette =
            std::ranges::upper_bound(palettes_, i, {}, &std::pair<std::size_t, Palette>::first);
        const TonedFrame frame{.tones = tones_,
                               .drawing = drawing_,
                               .palette = std::prev(palette)->second,
                               .source = sources_ ? &sources_->at(time_s) : nullptr,
                               .number = job_.extras.start_number + static_cast<std::int64_t>(i),
                               .time = Seconds(time_s - notes_.front().time_s),
                               .duration = Seconds(next_s - time_s)};
        tbb::parallel_for(std::size_t{0}, products_.size(),
                          [&](std::size_t p) { products_[p]->add(frame); });
    }

    const RotoJob& job_;
    const Workshop& workshop_;
    std::vector<FrameNote> notes_;
    std::vector<std::pair<std::size_t, Palette>> palettes_;
    double frame_s_;
    std::vector<std::unique_ptr<Product>> products_;
    std::optional<Sources> sources_{};
    ToneMap tones_{};
    Drawing drawing_{};
};

void check_film_job(const RotoJob& job, const ProductPlan& plan) {
    check(job.source);
    if (job.source.shares > 1)
        throw Error(ErrorCode::usage, "is of films; drawings are made by one machine", "--shares");
    if (job.output == "-")
        throw Error(ErrorCode::usage, "drawings need a place of their own; name one", "-");
    check_products(plan);
    if (job.extras.compare.empty()) return;
    if (job.part.preview)
        throw Error(ErrorCode::usage, "is a film; a --preview is one frame", "--compare");
    if (output_kind(job.extras.compare) != OutputKind::film &&
        output_kind(job.extras.compare) != OutputKind::animation)
        throw Error(ErrorCode::usage, "is a film: .mp4, .mkv, .gif, ...", job.extras.compare);
    require_distinct({job.input}, {plan.output, job.extras.compare});
}

void require_notes(const Workshop& workshop, int frames) {
    const auto noted = read_notes(workshop.notes()).size();
    if (noted != static_cast<std::size_t>(frames))
        throw Error(
            ErrorCode::unreadable,
            fmt::format("has notes of {} of {} frames; remove it and begin anew", noted, frames),
            workshop.folder().string());
}

void write_preview(const RotoJob& job, const ProductPlan& plan, const Workshop& workshop,
                   const RunContext& run) {
    const ToneMap tones = read_tones(read_picture(workshop.preview()));
    const Drawing drawing = trace_tones(tones, job.trace, run);
    ToneColours colours;
    for (const auto& entry : fs::directory_iterator(workshop.notes()))
        colours = read_note(entry.path()).colours;
    const Palette palette = choose_palette(job.extras.palette, colours);
    for (const auto& product : open_products(plan, tones.size()))
        product->add({.tones = tones, .drawing = drawing, .palette = palette});
}

}  // namespace

JobSummary make_roto_film(const RotoJob& job, ProductPlan plan, const RunContext& run,
                          RunMode mode) {
    const FilmInfo info = FilmReader(job.input, run.threads).info();
    if (!job.part.preview)
        plan.film = RotoFilm{.fps = {info.fps.num, info.fps.den * job.source.every},
                             .encoder = job.encoder,
                             .source = job.input,
                             .start = job.source.start,
                             .trimmed = job.part.duration.has_value()};
    check_film_job(job, plan);
    const ToneFinder finder(job, run);
    std::optional<FilmSubject> subject;
    if (job.tones.subject || names_subject(job.subject))
        subject.emplace(job.subject, job.tones.device, job.input, job.read, run);

    const Workshop workshop(plan.output, job.part.preview ? "preview" : "tones");
    const auto make_effect = [&] {
        film::Effect effect{
            .draw = [](const film::Travelling& frame, const RunContext&) -> film::Drawing {
                return {frame.image};
            }};
        if (subject) effect.stages.push_back(subject->make_stage(run));
        effect.stages.push_back(std::make_unique<ToneStage>(finder, job.drawing, workshop.notes()));
        return effect;
    };
    film::Identity identity = identity_of(job, finder);
    if (subject) subject->note(identity);
    const film::Identity whole = whole_identity(identity, job);
    JobSummary summary{.input_size = info.size, .size = info.size};
    if (plan.film) summary.fps = plan.film->fps;
    if (!workshop.has_drawn(whole)) {
        if (mode == RunMode::run) workshop.begin(whole);
        summary = make_film({.input = job.input,
                             .output = job.part.preview ? workshop.preview() : workshop.tones(),
                             .source = job.source,
                             .duration = job.part.duration,
                             .preview = job.part.preview,
                             .light = Light::drawn,
                             .identity = identity,
                             .cutting = subject ? subject->cutting() : film::Cutting::anywhere,
                             .make_effect = make_effect},
                            run, mode);
    }
    summary.outputs = {plan.output};
    if (mode == RunMode::dry_run) return summary;
    if (job.part.preview) {
        write_preview(job, plan, workshop, run);
        return summary;
    }
    if (!workshop.has_drawn(whole)) {
        require_notes(workshop, summary.frames);
        workshop.note_drawn(whole);
    }
    plan.film->work = workshop.folder();
    Publisher publisher(job, plan, workshop, summary);
    publisher.publish(run);
    summary.frames = publisher.frames();
    if (output_kind(plan.output) == OutputKind::film) summary.size = even_size(summary.size);
    if (is_folder_output(plan.output)) write_palettes(plan.output, publisher.palettes());
    if (!job.extras.compare.empty()) summary.side_outputs.emplace_back(job.extras.compare);
    workshop.remove();
    return summary;
}

}  // namespace diorama::pipeline
