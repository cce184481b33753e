#include "film/outputs.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

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

class FilmSegment final : public SegmentSink {
 public:
    FilmSegment(const Output& output, fs::path part, const Plan& plan)
        : output_(output),
          part_(std::move(part)),
          plan_(plan),
          sink_(open_part(part_, output.file, output.format)) {}

    void prepare(const Drawn&, std::int64_t) override {}
    void write(const Drawn& drawn, std::int64_t number) override {
        const auto* image = std::get_if<Image>(&drawn);
        if (image == nullptr) refuse(output_);
        sink_->write_at(*image, Seconds(plan_.times_s[static_cast<std::size_t>(number)] -
                                        plan_.times_s.front()));
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

fs::path staged(const fs::path& sequence, const PartsFolder& folder, std::int64_t number) {
    return folder.path() / video::sequence_path(sequence, number).filename();
}

// Its pictures wait in the folder under the names that they will have.
class SequenceSegment final : public SegmentSink {
 public:
    SequenceSegment(const Output& output, const PartsFolder& folder)
        : output_(output), folder_(folder) {}

    void prepare(const Drawn& drawn, std::int64_t number) override {
        const fs::path file = staged(output_.file, folder_, number);
        if (const auto* image = std::get_if<Image>(&drawn)) write_picture(file, *image);
        if (const auto* depth = std::get_if<InverseDepth>(&drawn))
            write_inverse_depth(file, *depth);
        if (const auto* matte = std::get_if<Matte>(&drawn)) write_matte(file, *matte);
    }
    void write(const Drawn&, std::int64_t number) override {
        files_.push_back(staged(output_.file, folder_, number));
    }
    std::vector<fs::path> finish() override { return files_; }

 private:
    Output output_;
    const PartsFolder& folder_;
    std::vector<fs::path> files_;
};

// keep: what is only looked at stays for the film that it will be part of.
enum class Staged { move, keep };

void put_in_place(const fs::path& sequence, const PartsFolder& folder, std::int64_t frames,
                  Staged how) {
    for (std::int64_t number = 0; number < frames; ++number) {
        const fs::path from = staged(sequence, folder, number);
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

}  // namespace

std::unique_ptr<SegmentSink> open_segment(const Output& output, const PartsFolder& folder,
                                          std::size_t segment, const Plan& plan) {
    if (output_kind(output.file) == OutputKind::sequence)
        return std::make_unique<SequenceSegment>(output, folder);
    return std::make_unique<FilmSegment>(output, folder.part(segment), plan);
}

void join(const fs::path& film, const PartsFolder& folder, std::size_t segments,
          const RunContext& run) {
    const Plan& plan = *folder.plan();
    const std::int64_t frames = plan.segment(segments - 1).end;
    if (output_kind(film) == OutputKind::sequence)
        return put_in_place(film, folder, frames,
                            frames == plan.frames() ? Staged::move : Staged::keep);
    FilmParts parts{.format = folder.format(),
                    .duration = Seconds(plan.times_s[static_cast<std::size_t>(frames - 1)] +
                                        plan.duration_s(frames - 1) - plan.times_s.front()),
                    .source = folder.excerpt().input,
                    .start = Seconds(plan.times_s.front()),
                    .trimmed = folder.excerpt().duration || frames < plan.frames()};
    for (std::size_t n = 0; n < segments; ++n) parts.parts.push_back(folder.part(n));
    // Joined in the folder, so that a process that is killed leaves nothing beside the film.
    const fs::path whole = folder.path() / fmt::format("film{}", film.extension().string());
    join_films(whole, parts, run);
    std::error_code failure;
    fs::rename(whole, film, failure);
    if (failure)
        throw Error(ErrorCode::unwritable, "could not be put in place: " + failure.message(),
                    film.string());
}

}  // namespace diorama::film
