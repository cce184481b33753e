#include "video/source_tracks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string_view>

namespace diorama::video {
namespace {

constexpr std::int64_t kSecond = AV_TIME_BASE;
// Subtitles that stand when the film begins were shown at most so long before.
constexpr std::int64_t kLongestSubtitle = 30 * kSecond;

std::int64_t to_microseconds(std::int64_t ticks, AVRational clock) {
    return av_rescale_q(ticks, clock, AV_TIME_BASE_Q);
}

// What an earlier writer said of its own file, and what our pictures no longer are.
bool is_stale(std::string_view key) {
    constexpr std::array<std::string_view, 18> kKeys{
        "encoder",           "major_brand",      "minor_version",
        "compatible_brands", "rotate",           "alpha_mode",
        "stereo_mode",       "duration",         "bps",
        "number_of_bytes",   "number_of_frames", "vendor_id",
        "creation_time",     "handler_name",     "depth_scale",
        "depth_offset",      "disparity_scale",  "disparity_offset"};
    std::string lower(key.substr(0, key.find('-')));
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower.starts_with("_statistics") || std::ranges::find(kKeys, lower) != kKeys.end();
}

void copy_tags(const AVDictionary* from, AVDictionary** to) {
    const AVDictionaryEntry* entry = nullptr;
    while ((entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr)
        if (!is_stale(entry->key)) av_dict_set(to, entry->key, entry->value, 0);
}

void copy_description(const AVStream& from, AVStream& to) {
    copy_tags(from.metadata, &to.metadata);
    to.disposition = from.disposition;
}

void copy_parameters(const AVCodecParameters& from, AVStream& to, const AVOutputFormat& muxer) {
    if (avcodec_parameters_copy(to.codecpar, &from) < 0) throw std::bad_alloc();
    // Another container may know the codec by another tag, or choose one itself.
    unsigned tag = 0;
    const bool knows =
        muxer.codec_tag && av_codec_get_id(muxer.codec_tag, from.codec_tag) == from.codec_id;
    const bool can_choose =
        muxer.codec_tag && av_codec_get_tag2(muxer.codec_tag, from.codec_id, &tag) > 0;
    if (!knows && (can_choose || muxer.codec_tag)) to.codecpar->codec_tag = 0;
}

// A cover becomes an attachment, whose content Matroska keeps where other codecs have their header.
void attach_picture(const AVPacket& picture, AVCodecParameters& parameters) {
    av_freep(&parameters.extradata);
    parameters.extradata = static_cast<std::uint8_t*>(
        av_mallocz(static_cast<std::size_t>(picture.size) + AV_INPUT_BUFFER_PADDING_SIZE));
    if (!parameters.extradata) throw std::bad_alloc();
    std::memcpy(parameters.extradata, picture.data, static_cast<std::size_t>(picture.size));
    parameters.extradata_size = picture.size;
    parameters.codec_type = AVMEDIA_TYPE_ATTACHMENT;
}

void name_cover(AVStream& stream) {
    const bool is_png = stream.codecpar->codec_id == AV_CODEC_ID_PNG;
    av_dict_set(&stream.metadata, "filename", is_png ? "cover.png" : "cover.jpg",
                AV_DICT_DONT_OVERWRITE);
    av_dict_set(&stream.metadata, "mimetype", is_png ? "image/png" : "image/jpeg",
                AV_DICT_DONT_OVERWRITE);
    stream.disposition = 0;
}

void add_chapter(AVFormatContext& film, const AVChapter& from, const Stretch& stretch) {
    const std::int64_t begin = std::max(to_microseconds(from.start, from.time_base), stretch.begin);
    const std::int64_t end = std::min(to_microseconds(from.end, from.time_base), stretch.end);
    if (begin >= end) return;
    auto* chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
    if (!chapter) throw std::bad_alloc();
    int count = static_cast<int>(film.nb_chapters);
    av_dynarray_add(&film.chapters, &count, chapter);
    if (!film.chapters) throw std::bad_alloc();
    film.nb_chapters = static_cast<unsigned>(count);
    chapter->id = from.id;
    chapter->time_base = AV_TIME_BASE_Q;
    chapter->start = begin - stretch.begin;
    chapter->end = end - stretch.begin;
    av_dict_copy(&chapter->metadata, from.metadata, 0);
}

}  // namespace

SourceTracks::SourceTracks(const std::filesystem::path& source, const AVOutputFormat& muxer)
    : muxer_(muxer),
      input_(open_film(source)),
      pictures_(&find_picture_stream(*input_.film, source)),
      packet_(make_packet()) {}

std::int64_t SourceTracks::pictures_begin() const {
    return pictures_->start_time == AV_NOPTS_VALUE
               ? 0
               : to_microseconds(pictures_->start_time, pictures_->time_base);
}

std::int64_t SourceTracks::begin() const {
    std::int64_t begin = pictures_begin();
    for (const TrackPlan& plan : plan_tracks(*input_.film, *pictures_, muxer_)) {
        const AVStream& stream = *plan.stream;
        const bool is_sound = stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        if (is_sound && plan.passage != Passage::lost && stream.start_time != AV_NOPTS_VALUE)
            begin = std::min(begin, to_microseconds(stream.start_time, stream.time_base));
    }
    return begin;
}

void SourceTracks::add_to(FilmFile& film, AVStream& pictures, const Stretch& stretch) {
    stretch_ = stretch;
    AVFormatContext& target = film.muxer();
    // Opus in MP4 and the like, which FFmpeg writes well but still calls experimental.
    target.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    copy_description(*pictures_, pictures);
    copy_tags(input_.film->metadata, &target.metadata);
    for (unsigned i = 0; i < input_.film->nb_streams; ++i)
        input_.film->streams[i]->discard = AVDISCARD_ALL;
    for (const TrackPlan& plan : plan_tracks(*input_.film, *pictures_, muxer_))
        if (plan.passage != Passage::lost) add_track(film, plan);
    for (unsigned i = 0; i < input_.film->nb_chapters; ++i)
        add_chapter(target, *input_.film->chapters[i], stretch);
    if (const std::int64_t from = stretch.begin - kLongestSubtitle; from > 0)
        av_seek_frame(input_.film.get(), -1, from, AVSEEK_FLAG_BACKWARD);
}

void SourceTracks::add_track(FilmFile& film, const TrackPlan& plan) {
    const AVStream& source = *plan.stream;
    AVStream& target = film.add_stream();
    copy_description(source, target);
    if (plan.passage == Passage::attached) {
        copy_parameters(*source.codecpar, target, muxer_);
        if (source.attached_pic.size > 0) {
            attach_picture(source.attached_pic, *target.codecpar);
            name_cover(target);
        }
        return;
    }
    Track track{.target = &target,
                .clock = source.time_base,
                .is_subtitle = source.codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE};
    if (plan.passage == Passage::converted) {
        track.converter = track.is_subtitle ? convert_subtitles(source, plan.codec)
                                            : convert_audio(source, plan.codec, muxer_);
        const AVCodecContext& encoder = track.converter->encoder();
        if (avcodec_parameters_from_context(target.codecpar, &encoder) < 0) throw std::bad_alloc();
        track.clock = encoder.time_base;
    } else {
        copy_parameters(*source.codecpar, target, muxer_);
    }
    target.time_base = track.clock;
    input_.film->streams[source.index]->discard = AVDISCARD_DEFAULT;
    tracks_.emplace(source.index, std::move(track));
}

// Reads on to the next packet that belongs to the film; false at the end.
bool SourceTracks::read() {
    const Reasons reasons;
    while (!tracks_.empty()) {
        av_packet_unref(packet_.get());
        if (av_read_frame(input_.film.get(), packet_.get()) < 0) return false;
        const auto track = tracks_.find(packet_->stream_index);
        if (track != tracks_.end() && place(*packet_, track->second)) return true;
    }
    return false;
}

// Moves the packet's times to the film's, still in the source's clock; false where it lies outside.
bool SourceTracks::place(AVPacket& packet, const Track& track) const {
    const AVRational clock = input_.film->streams[packet.stream_index]->time_base;
    if (packet.pts == AV_NOPTS_VALUE) packet.pts = packet.dts;
    if (packet.pts == AV_NOPTS_VALUE) return true;  // the muxer lets it follow the one before
    const std::int64_t begin = av_rescale_q(stretch_.begin, AV_TIME_BASE_Q, clock);
    const std::int64_t end =
        stretch_.end == INT64_MAX ? INT64_MAX : av_rescale_q(stretch_.end, AV_TIME_BASE_Q, clock);
    if (packet.pts >= end) return false;
    // An encoder's first packets fill its window: they come before the beginning by design.
    const bool is_whole = stretch_.begin <= this->begin();
    if (track.is_subtitle) {
        if (packet.pts < begin) {
            if (packet.pts + packet.duration <= begin) return false;
            packet.duration -= begin - packet.pts;
            packet.pts = packet.dts = begin;
        }
        packet.duration = std::min(packet.duration, end - packet.pts);
    } else if (packet.pts < begin && !is_whole) {
        return false;
    }
    packet.pts -= begin;
    if (packet.dts != AV_NOPTS_VALUE) packet.dts -= begin;
    return true;
}

void SourceTracks::write_until(FilmFile& film, std::int64_t time) {
    while (waiting_ || (waiting_ = read())) {
        Track& track = tracks_.at(packet_->stream_index);
        const AVRational clock = input_.film->streams[packet_->stream_index]->time_base;
        if (packet_->dts != AV_NOPTS_VALUE && to_microseconds(packet_->dts, clock) > time) return;
        write(film, *packet_, track);
        waiting_ = false;
    }
}

void SourceTracks::write(FilmFile& film, AVPacket& packet, Track& track) {
    if (!track.converter) return film.write(packet, *track.target, track.clock);
    track.converter->convert(
        packet, [&](AVPacket& converted) { film.write(converted, *track.target, track.clock); });
}

void SourceTracks::write_rest(FilmFile& film) {
    write_until(film, INT64_MAX);
    for (auto& [index, track] : tracks_)
        if (track.converter)
            track.converter->finish([&, &target = *track.target, clock = track.clock](
                                        AVPacket& packet) { film.write(packet, target, clock); });
}

}  // namespace diorama::video
