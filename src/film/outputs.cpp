#include "film/outputs.h"

#include <fmt/format.h>

#include <utility>

#include "diorama/disparity_files.h"
#include "diorama/error.h"
#include "diorama/film_tracks.h"
#include "diorama/picture.h"
#include "video/sinks.h"

namespace diorama::film {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const Output& output) {
    throw Error(ErrorCode::unsupported, "cannot hold such frames", output.file.string());
}

void write_any(const fs::path& file, const Image& image) {
    write_picture(file, image);
}
void write_any(const fs::path& file, const InverseDepth& depth) {
    write_inverse_depth(file, depth);
}
void write_any(const fs::path& file, const Matte& matte) {
    write_matte(file, matte);
}
void write_any(const fs::path& file, const Disparity& disparity) {
    write_disparity(file, disparity);
}

// The picture of a frame that is written at its time, counted from the film's beginning.
void write_frame(FrameSink& sink, const Drawn& drawn, std::int64_t number, const Plan& plan,
                 const Output& output) {
    const auto* image = std::get_if<Image>(&drawn);
    if (image == nullptr) refuse(output);
    sink.write_at(*image,
                  Seconds(plan.times_s[static_cast<std::size_t>(number)] - plan.times_s.front()));
}

class FilmPart final : public Part {
 public:
    FilmPart(const Output& output, fs::path part, const Plan& plan)
        : output_(output),
          part_(std::move(part)),
          plan_(plan),
          sink_(open_part(part_, output.file, output.format)) {}

    void prepare(const Drawn&, std::int64_t) override {}
    void write(const Drawn& drawn, std::int64_t number) override {
        write_frame(*sink_, drawn, number, plan_, output_);
    }
    std::vector<fs::path> finish() override {
        sink_->finish();
        return {part_};
    }

 private:
    Output output_;
    fs::path part_;
    const Plan& plan_;
    std::unique_ptr<FrameSink> sink_;
};

fs::path staged(const fs::path& sequence, const fs::path& folder, std::int64_t number) {
    return folder / video::sequence_path(sequence, number).filename();
}

// Its pictures wait in the folder under the names that they will have.
class SequencePart final : public Part {
 public:
    SequencePart(fs::path sequence, fs::path folder)
        : sequence_(std::move(sequence)), folder_(std::move(folder)) {}

    void prepare(const Drawn& drawn, std::int64_t number) override {
        const fs::path file = staged(sequence_, folder_, number);
        std::visit([&](const auto& what) { write_any(file, what); }, drawn);
    }
    void write(const Drawn&, std::int64_t number) override {
        files_.push_back(staged(sequence_, folder_, number));
    }
    std::vector<fs::path> finish() override { return files_; }

 private:
    fs::path sequence_;
    fs::path folder_;
    std::vector<fs::path> files_{};
};

std::unique_ptr<Part> open_part_of(const Output& output, const fs::path& part,
                                   const fs::path& pictures, const Plan& plan) {
    if (output_kind(output.file) == OutputKind::sequence)
        return std::make_unique<SequencePart>(output.file, pictures);
    return std::make_unique<FilmPart>(output, part, plan);
}

// keep: what is only looked at stays for the film that it will be part of.
enum class Staged { move, keep };

void put_in_place(const fs::path& sequence, const fs::path& pictures, std::int64_t frames,
                  Staged how) {
    for (std::int64_t number = 0; number < frames; ++number) {
        const fs::path from = staged(sequence, pictures, number);
        const fs::path to = video::sequence_path(sequence, number);
        std::error_code failure;
        // A run that was cut off here has put the first of them in place already.
        if (!fs::exists(from) && fs::exists(to)) continue;
        if (how == Staged::move)
            fs::rename(from, to, failure);
        else
            fs::copy_file(from, to, fs::copy_options::overwrite_existing, failure);
        if (failure)
            throw Error(ErrorCode::unwritable, "could not be put in place: " + failure.message(),
                        to.string());
    }
}

// Joined in the folder, so that a process that is killed leaves nothing beside the film.
void join_in(const fs::path& folder, const fs::path& film, const FilmParts& parts,
             const RunContext& run) {
    const fs::path whole = folder / fmt::format("film{}", film.extension().string());
    join_films(whole, parts, run);
    std::error_code failure;
    fs::rename(whole, film, failure);
    if (failure)
        throw Error(ErrorCode::unwritable, "could not be put in place: " + failure.message(),
                    film.string());
}

// What joins all parts of an output alike, but for the parts.
FilmParts parts_of(const PartsFolder& folder, const SinkFormat& format, std::int64_t frames) {
    const Plan& plan = *folder.plan();
    return {.format = format,
            .duration = Seconds(plan.times_s[static_cast<std::size_t>(frames - 1)] +
                                plan.duration_s(frames - 1) - plan.times_s.front())};
}

}  // namespace

SegmentSink::SegmentSink(const PartsFolder& folder, std::size_t segment)
    : film_(
          open_part_of(folder.output(), folder.part(segment), folder.pictures(), *folder.plan())) {
    if (folder.side())
        side_ = open_part_of(*folder.side(), folder.side_part(segment), folder.side_pictures(),
                             *folder.plan());
}

void SegmentSink::prepare(const Drawing& drawn, std::int64_t number) {
    film_->prepare(drawn.frame, number);
    if (side_) side_->prepare(*drawn.side, number);
}

void SegmentSink::write(const Drawing& drawn, std::int64_t number) {
    film_->write(drawn.frame, number);
    if (side_) side_->write(*drawn.side, number);
}

std::vector<fs::path> SegmentSink::finish() {
    std::vector<fs::path> files = film_->finish();
    if (!side_) return files;
    const std::vector<fs::path> others = side_->finish();
    files.insert(files.end(), others.begin(), others.end());
    return files;
}

StreamSink::StreamSink(const Output& output, const Plan& plan)
    : output_(output), plan_(plan), sink_(open_sink(output.file, output.format)) {}

void StreamSink::write(const Drawing& drawn, std::int64_t number) {
    write_frame(*sink_, drawn.frame, number, plan_, output_);
}

void join(const PartsFolder& folder, std::size_t segments, const RunContext& run) {
    const Plan& plan = *folder.plan();
    const std::int64_t frames = plan.segment(segments - 1).end;
    const Staged how = frames == plan.frames() ? Staged::move : Staged::keep;
    const auto put = [&](const Output& output, const fs::path& pictures, const auto& part,
                         FilmParts parts) {
        if (output_kind(output.file) == OutputKind::sequence)
            return put_in_place(output.file, pictures, frames, how);
        for (std::size_t n = 0; n < segments; ++n) parts.parts.push_back(part(n));
        join_in(pictures, output.file, parts, run);
    };
    if (const std::optional<Output>& side = folder.side())
        put(
            *side, folder.side_pictures(), [&](std::size_t n) { return folder.side_part(n); },
            parts_of(folder, side->format, frames));
    // Sound and all else of the input goes along with the film itself.
    FilmParts parts = parts_of(folder, folder.output().format, frames);
    parts.source = folder.excerpt().input;
    parts.start = Seconds(plan.times_s.front());
    parts.trimmed = folder.excerpt().duration || frames < plan.frames();
    put(
        folder.output(), folder.pictures(), [&](std::size_t n) { return folder.part(n); }, parts);
}

}  // namespace diorama::film
