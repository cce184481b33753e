#include "video/track_plan.h"

#include <fmt/format.h>

#include <map>
#include <string_view>

namespace diorama::video {
namespace {

bool is_matroska(const AVOutputFormat& muxer) {
    return std::string_view(muxer.name) == "matroska";
}

bool is_quicktime(const AVOutputFormat& muxer) {
    const std::string_view name = muxer.name;
    return name == "mp4" || name == "mov";
}

std::string ending_of(const AVOutputFormat& muxer) {
    const std::string_view name = muxer.name;
    return fmt::format(".{}", name == "matroska" ? "mkv" : name);
}

bool can_hold(const AVOutputFormat& muxer, AVCodecID codec) {
    return avformat_query_codec(&muxer, codec, FF_COMPLIANCE_EXPERIMENTAL) == 1;
}

bool is_text(AVCodecID codec) {
    const AVCodecDescriptor* description = avcodec_descriptor_get(codec);
    return description && (description->props & AV_CODEC_PROP_TEXT_SUB);
}

// What players of such files take.
AVCodecID audio_codec_of(const AVOutputFormat& muxer) {
    if (is_quicktime(muxer)) return AV_CODEC_ID_AAC;
    return std::string_view(muxer.name) == "webm" ? AV_CODEC_ID_OPUS : AV_CODEC_ID_FLAC;
}

AVCodecID subtitle_codec_of(const AVOutputFormat& muxer) {
    if (is_quicktime(muxer)) return AV_CODEC_ID_MOV_TEXT;
    return std::string_view(muxer.name) == "webm" ? AV_CODEC_ID_WEBVTT : AV_CODEC_ID_SUBRIP;
}

std::string kind_of(const AVStream& stream) {
    switch (stream.codecpar->codec_type) {
        case AVMEDIA_TYPE_AUDIO:
            return "audio";
        case AVMEDIA_TYPE_SUBTITLE:
            return "subtitles";
        case AVMEDIA_TYPE_VIDEO:
            return stream.disposition & AV_DISPOSITION_ATTACHED_PIC ? "cover" : "pictures";
        case AVMEDIA_TYPE_ATTACHMENT:
            return "attachment";
        default:
            return "data";
    }
}

std::string describe(const AVStream& stream, int number) {
    const auto tag = [&](const char* key) {
        const AVDictionaryEntry* entry = av_dict_get(stream.metadata, key, nullptr, 0);
        return std::string(entry ? entry->value : "");
    };
    if (!tag("filename").empty()) return fmt::format("{} '{}'", kind_of(stream), tag("filename"));
    const std::string language = tag("language");
    const bool has_language = !language.empty() && language != "und";
    return fmt::format("{} {} ({}{}{})", kind_of(stream), number,
                       avcodec_get_name(stream.codecpar->codec_id), has_language ? ", " : "",
                       has_language ? language : "");
}

// The time code is written anew from the pictures' description.
bool is_made_anew(const AVStream& stream) {
    return stream.codecpar->codec_type == AVMEDIA_TYPE_DATA &&
           stream.codecpar->codec_tag == MKTAG('t', 'm', 'c', 'd');
}

// Chapters of QuickTime are text tracks, which FFmpeg shows as chapters too.
bool is_chapter_text(const AVFormatContext& source, const AVStream& stream) {
    return source.nb_chapters > 0 && stream.codecpar->codec_id == AV_CODEC_ID_BIN_DATA &&
           stream.codecpar->codec_tag == MKTAG('t', 'e', 'x', 't');
}

void lose(TrackPlan& plan, std::string_view why) {
    plan.passage = Passage::lost;
    plan.warning = fmt::format("{} is left out: {}", plan.words, why);
}

void convert(TrackPlan& plan, AVCodecID codec, const AVOutputFormat& muxer) {
    if (!avcodec_find_decoder(plan.codec) || !avcodec_find_encoder(codec))
        return lose(
            plan, fmt::format("{} cannot hold it and FFmpeg cannot convert it", ending_of(muxer)));
    plan.passage = Passage::converted;
    plan.codec = codec;
    plan.warning = fmt::format("{} becomes {}, which {} can hold", plan.words,
                               avcodec_get_name(codec), ending_of(muxer));
}

void choose(TrackPlan& plan, const AVOutputFormat& muxer) {
    const AVStream& stream = *plan.stream;
    const bool holds = can_hold(muxer, plan.codec);
    switch (stream.codecpar->codec_type) {
        case AVMEDIA_TYPE_AUDIO:
            if (!holds) convert(plan, audio_codec_of(muxer), muxer);
            return;
        case AVMEDIA_TYPE_SUBTITLE:
            if (holds) return;
            if (is_text(plan.codec)) return convert(plan, subtitle_codec_of(muxer), muxer);
            return lose(plan, fmt::format("{} holds no subtitles that are pictures; .mkv does",
                                          ending_of(muxer)));
        case AVMEDIA_TYPE_VIDEO:
            if (!(stream.disposition & AV_DISPOSITION_ATTACHED_PIC))
                return lose(plan, "only the first track of pictures is worked on");
            if (is_matroska(muxer))
                plan.passage = Passage::attached;
            else if (!is_quicktime(muxer) || !holds)
                lose(plan, fmt::format("{} holds no covers; .mkv does", ending_of(muxer)));
            return;
        case AVMEDIA_TYPE_ATTACHMENT:
            plan.passage = Passage::attached;
            if (!is_matroska(muxer))
                lose(plan, fmt::format("{} holds no attachments; .mkv does", ending_of(muxer)));
            return;
        default:
            if (!is_quicktime(muxer) || !holds)
                lose(plan, fmt::format("{} holds no such data", ending_of(muxer)));
    }
}

}  // namespace

std::vector<TrackPlan> plan_tracks(const AVFormatContext& source, const AVStream& pictures,
                                   const AVOutputFormat& muxer) {
    std::vector<TrackPlan> plans;
    std::map<std::string, int> numbers;
    for (unsigned i = 0; i < source.nb_streams; ++i) {
        const AVStream& stream = *source.streams[i];
        const int number = ++numbers[kind_of(stream)];
        if (&stream == &pictures || is_made_anew(stream) || is_chapter_text(source, stream))
            continue;
        TrackPlan plan{.stream = &stream,
                       .codec = stream.codecpar->codec_id,
                       .words = describe(stream, number)};
        choose(plan, muxer);
        plans.push_back(std::move(plan));
    }
    return plans;
}

}  // namespace diorama::video
