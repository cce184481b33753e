#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/temporary_file.h"
#include "diorama/film_tracks.h"
#include "video/film_writer.h"
#include "video/part_reader.h"
#include "video/sinks.h"
#include "video/source_tracks.h"

namespace diorama {
namespace fs = std::filesystem;

namespace video {
namespace {

std::int64_t to_ticks(Seconds time, AVRational clock) {
    return std::llround(time.count() / av_q2d(clock));
}

std::int64_t to_microseconds(Seconds time) {
    return std::llround(time.count() * AV_TIME_BASE);
}

void draw_again(const fs::path& film, const FilmParts& parts, PartReader& pictures,
                const RunContext& run) {
    const auto sink = open_sink(film, parts.format);
    const auto total = static_cast<std::int64_t>(pictures.times().size());
    std::int64_t done = 0;
    for (const fs::path& part : parts.parts) {
        FilmReader reader(part, run.threads);
        while (const std::optional<FilmFrame> frame = reader.next()) {
            run.throw_if_stopped();
            const auto index = static_cast<std::size_t>(done++);
            sink->write_at(frame->image, Seconds(static_cast<double>(pictures.times().at(index)) *
                                                 av_q2d(pictures.stream().time_base)));
            run.progress("joining parts", done, total);
        }
    }
    sink->finish();
}

AVStream& add_pictures(FilmFile& film, const SinkFormat& format, const AVStream& from) {
    AVStream& stream = film.add_stream();
    const Reasons reasons;
    check(avcodec_parameters_copy(stream.codecpar, from.codecpar), ErrorCode::unsupported,
          "cannot describe the film", {}, &reasons);
    const AVCodecTag* const* known = film.muxer().oformat->codec_tag;
    if (!known || av_codec_get_id(known, from.codecpar->codec_tag) != from.codecpar->codec_id)
        stream.codecpar->codec_tag = 0;
    describe_pictures(format, film.muxer(), stream);
    return stream;
}

class Join {
 public:
    Join(const fs::path& film, const FilmParts& parts, PartReader& pictures)
        : pictures_(pictures), file_(film, container_of(film, parts.format)) {
        AVStream& stream = add_pictures(file_, parts.format, pictures.stream());
        if (!parts.source.empty() && !is_sequence_pattern(parts.source)) {
            tracks_.emplace(parts.source, *file_.muxer().oformat);
            tracks_->add_to(file_, stream, choose_stretch(parts));
        }
        stream_ = &stream;
        file_.begin();
    }

    void run(const RunContext& run) {
        const auto total = static_cast<std::int64_t>(pictures_.times().size());
        const AVRational clock = pictures_.stream().time_base;
        for (std::int64_t done = 0; AVPacket* packet = pictures_.next(); ++done) {
            run.throw_if_stopped();
            packet->pts += delay_;
            packet->dts += delay_;
            if (tracks_)
                tracks_->write_until(file_, av_rescale_q(packet->dts, clock, AV_TIME_BASE_Q));
            file_.write(*packet, *stream_, clock);
            run.progress("joining parts", done + 1, total);
        }
        if (tracks_) tracks_->write_rest(file_);
        file_.finish();
    }

 private:
    // Sound that begins before the first picture is kept where the film begins with it: then the
    // pictures begin later.
    Stretch choose_stretch(const FilmParts& parts) {
        Stretch stretch;
        const AVRational clock = pictures_.stream().time_base;
        const std::int64_t first_picture = tracks_->pictures_begin() + to_microseconds(parts.start);
        stretch.begin = parts.start > Seconds(0) ? first_picture : tracks_->begin();
        delay_ = av_rescale_q(first_picture - stretch.begin, AV_TIME_BASE_Q, clock);
        if (parts.trimmed) stretch.end = first_picture + to_microseconds(parts.duration);
        return stretch;
    }

    PartReader& pictures_;
    FilmFile file_;
    std::optional<SourceTracks> tracks_;
    AVStream* stream_ = nullptr;
    std::int64_t delay_ = 0;  // of the pictures behind the film's beginning, in their clock
};

}  // namespace
}  // namespace video

CarriedOver carried_over(const fs::path& source, const fs::path& film) {
    CarriedOver result;
    if (video::is_sequence_pattern(source)) return result;
    const video::FilmInput input = video::open_film(source);
    const AVStream& pictures = video::find_picture_stream(*input.film, source);
    if (output_kind(film) != OutputKind::film || film == video::kStandardStream) {
        if (input.film->nb_streams > 1)
            result.warnings.push_back(
                "such an output holds pictures alone; sound and all else of "
                "the film is left out");
        return result;
    }
    const AVOutputFormat& muxer =
        video::find_muxer(video::container_of(film, {}).muxer, film.string());
    for (const video::TrackPlan& plan : video::plan_tracks(*input.film, pictures, muxer)) {
        if (plan.passage != video::Passage::lost) result.tracks.push_back(plan.words);
        if (!plan.warning.empty()) result.warnings.push_back(plan.warning);
    }
    return result;
}

void join_films(const fs::path& film, const FilmParts& parts, const RunContext& run) {
    if (film != video::kStandardStream) core::require_writable(film);
    if (parts.parts.empty()) video::throw_no_frames(film);
    video::PartReader pictures(parts.parts, parts.format.fps, run);
    if (parts.duration > Seconds(0))
        pictures.set_end(video::to_ticks(parts.duration, pictures.stream().time_base));
    if (video::is_encoded_as_a_whole(film, parts.format))
        return video::draw_again(film, parts, pictures, run);
    video::Join(film, parts, pictures).run(run);
}

}  // namespace diorama
