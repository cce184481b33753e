#include "video/track_converter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <string>

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
#include <libavutil/samplefmt.h>
}

namespace diorama::video {
namespace {

constexpr std::int64_t kBitsPerSecondAndChannel = 96'000;

CodecHandle make_context(const AVCodec* codec, AVCodecID id) {
    if (!codec)
        throw Error(ErrorCode::unsupported,
                    fmt::format("this build of FFmpeg cannot convert {}", avcodec_get_name(id)));
    CodecHandle context(avcodec_alloc_context3(codec));
    if (!context) throw std::bad_alloc();
    return context;
}

CodecHandle open_decoder(const AVStream& source) {
    const AVCodecID id = source.codecpar->codec_id;
    CodecHandle decoder = make_context(avcodec_find_decoder(id), id);
    const Reasons reasons;
    check(avcodec_parameters_to_context(decoder.get(), source.codecpar), ErrorCode::unreadable,
          "a track cannot be decoded", {}, &reasons);
    decoder->pkt_timebase = source.time_base;
    check(avcodec_open2(decoder.get(), nullptr, nullptr), ErrorCode::unreadable,
          "a track cannot be decoded", {}, &reasons);
    return decoder;
}

// -------------------------------------------------------------------------------------- sound

// The encoder's rate that is nearest to the source's from above, so that nothing is lost.
int choose_rate(const AVCodec& codec, int wanted) {
    if (!codec.supported_samplerates) return wanted;
    int above = 0;
    int highest = 0;
    for (const int* rate = codec.supported_samplerates; *rate != 0; ++rate) {
        highest = std::max(highest, *rate);
        if (*rate >= wanted && (above == 0 || *rate < above)) above = *rate;
    }
    return above != 0 ? above : highest;
}

CodecHandle open_audio_encoder(const AVCodecContext& decoder, AVCodecID id,
                               const AVOutputFormat& muxer) {
    CodecHandle encoder = make_context(avcodec_find_encoder(id), id);
    const AVCodec& codec = *encoder->codec;
    encoder->sample_rate = choose_rate(codec, decoder.sample_rate);
    encoder->sample_fmt = codec.sample_fmts ? codec.sample_fmts[0] : AV_SAMPLE_FMT_S16;
    av_channel_layout_default(&encoder->ch_layout, std::min(decoder.ch_layout.nb_channels, 8));
    encoder->bit_rate = kBitsPerSecondAndChannel * encoder->ch_layout.nb_channels;
    encoder->time_base = {1, encoder->sample_rate};
    encoder->flags |= AV_CODEC_FLAG_BITEXACT;
    encoder->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    if (muxer.flags & AVFMT_GLOBALHEADER) encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    const Reasons reasons;
    check(avcodec_open2(encoder.get(), nullptr, nullptr), ErrorCode::unsupported,
          fmt::format("sound cannot be converted to {}", codec.name), {}, &reasons);
    return encoder;
}

std::string name_of(const AVChannelLayout& layout) {
    std::array<char, 128> text{};
    av_channel_layout_describe(&layout, text.data(), text.size());
    return text.data();
}

// Brings sound to an encoder's rate, layout, sample format and frame length.
class Resampler {
 public:
    Resampler(const AVFrame& first, AVRational clock, const AVCodecContext& encoder) {
        AVChannelLayout layout{};
        if (first.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC)
            av_channel_layout_default(&layout, first.ch_layout.nb_channels);
        else
            av_channel_layout_copy(&layout, &first.ch_layout);
        const std::string chain = fmt::format(
            "abuffer@in=time_base={}/{}:sample_rate={}:sample_fmt={}:channel_layout={},"
            // Sound that is missing becomes silence, so that what follows stays in step.
            "aresample=async=1:min_hard_comp=0.02,"
            "aformat=sample_rates={}:sample_fmts={}:channel_layouts={},abuffersink@out",
            clock.num, clock.den, first.sample_rate,
            av_get_sample_fmt_name(static_cast<AVSampleFormat>(first.format)), name_of(layout),
            encoder.sample_rate, av_get_sample_fmt_name(encoder.sample_fmt),
            name_of(encoder.ch_layout));
        av_channel_layout_uninit(&layout);
        graph_ = make_filters(chain, "sound cannot be converted");
        in_ = avfilter_graph_get_filter(graph_.get(), "abuffer@in");
        out_ = avfilter_graph_get_filter(graph_.get(), "abuffersink@out");
        if (encoder.frame_size > 0)
            av_buffersink_set_frame_size(out_, static_cast<unsigned>(encoder.frame_size));
    }

    // No frame: the sound ends.
    void push(AVFrame* frame) {
        check(av_buffersrc_add_frame_flags(in_, frame, AV_BUFFERSRC_FLAG_KEEP_REF),
              ErrorCode::unreadable, "sound changes its form in the middle", {});
    }

    FrameHandle pull() {
        FrameHandle frame = make_frame();
        return av_buffersink_get_frame(out_, frame.get()) < 0 ? nullptr : std::move(frame);
    }

    [[nodiscard]] AVRational clock() const { return av_buffersink_get_time_base(out_); }

 private:
    FilterGraphHandle graph_;
    AVFilterContext* in_ = nullptr;
    AVFilterContext* out_ = nullptr;
};

class AudioConverter final : public TrackConverter {
 public:
    AudioConverter(const AVStream& source, AVCodecID codec, const AVOutputFormat& muxer)
        : clock_(source.time_base),
          decoder_(open_decoder(source)),
          encoder_(open_audio_encoder(*decoder_, codec, muxer)),
          frame_(make_frame()),
          packet_(make_packet()) {}

    void convert(AVPacket& packet, const Take& take) override {
        // A packet that cannot be decoded leaves silence, not a shift: each has its own time.
        if (avcodec_send_packet(decoder_.get(), &packet) >= 0) decode(take);
    }

    void finish(const Take& take) override {
        avcodec_send_packet(decoder_.get(), nullptr);
        decode(take);
        if (!resampler_) return;
        resampler_->push(nullptr);
        encode_ready(take);
        encode(nullptr, take);
    }

    [[nodiscard]] const AVCodecContext& encoder() const override { return *encoder_; }

 private:
    void decode(const Take& take) {
        while (avcodec_receive_frame(decoder_.get(), frame_.get()) >= 0) {
            frame_->pts = frame_->best_effort_timestamp;
            if (!resampler_) resampler_ = std::make_unique<Resampler>(*frame_, clock_, *encoder_);
            resampler_->push(frame_.get());
            encode_ready(take);
        }
    }

    void encode_ready(const Take& take) {
        while (const FrameHandle frame = resampler_->pull()) {
            frame->pts = av_rescale_q(frame->pts, resampler_->clock(), encoder_->time_base);
            encode(frame.get(), take);
        }
    }

    void encode(AVFrame* frame, const Take& take) {
        const Reasons reasons;
        check(avcodec_send_frame(encoder_.get(), frame), ErrorCode::unwritable,
              "sound cannot be encoded", {}, &reasons);
        while (avcodec_receive_packet(encoder_.get(), packet_.get()) >= 0) take(*packet_);
    }

    AVRational clock_;
    CodecHandle decoder_;
    CodecHandle encoder_;
    std::unique_ptr<Resampler> resampler_;
    FrameHandle frame_;
    PacketHandle packet_;
};

// ----------------------------------------------------------------------------------- subtitles

constexpr AVRational kMilliseconds{1, 1000};

class SubtitleConverter final : public TrackConverter {
 public:
    SubtitleConverter(const AVStream& source, AVCodecID codec)
        : clock_(source.time_base),
          decoder_(open_decoder(source)),
          encoder_(make_context(avcodec_find_encoder(codec), codec)),
          packet_(make_packet()) {
        encoder_->time_base = kMilliseconds;
        // All text goes by way of ASS, whose header has the styles.
        if (decoder_->subtitle_header) {
            const int size = decoder_->subtitle_header_size;
            encoder_->subtitle_header =
                static_cast<std::uint8_t*>(av_mallocz(static_cast<std::size_t>(size) + 1));
            if (!encoder_->subtitle_header) throw std::bad_alloc();
            std::copy_n(decoder_->subtitle_header, size, encoder_->subtitle_header);
            encoder_->subtitle_header_size = size;
        }
        const Reasons reasons;
        check(avcodec_open2(encoder_.get(), nullptr, nullptr), ErrorCode::unsupported,
              "subtitles cannot be converted", {}, &reasons);
    }

    void convert(AVPacket& packet, const Take& take) override {
        AVSubtitle subtitle{};
        int decoded = 0;
        const int result = avcodec_decode_subtitle2(decoder_.get(), &subtitle, &decoded, &packet);
        if (result < 0 || !decoded) return;
        if (subtitle.num_rects > 0) encode(subtitle, packet, take);
        avsubtitle_free(&subtitle);
    }

    void finish(const Take& /*take*/) override {}

    [[nodiscard]] const AVCodecContext& encoder() const override { return *encoder_; }

 private:
    void encode(AVSubtitle& subtitle, const AVPacket& source, const Take& take) {
        constexpr int kMostBytes = 1 << 20;
        buffer_.resize(kMostBytes);
        // Encoders want the start of each subtitle to be its time.
        subtitle.start_display_time = 0;
        const int size =
            avcodec_encode_subtitle(encoder_.get(), buffer_.data(), kMostBytes, &subtitle);
        if (size <= 0) return;
        av_packet_unref(packet_.get());
        if (av_new_packet(packet_.get(), size) < 0) throw std::bad_alloc();
        std::copy_n(buffer_.data(), size, packet_->data);
        packet_->pts = packet_->dts = av_rescale_q(source.pts, clock_, kMilliseconds);
        packet_->duration = av_rescale_q(source.duration, clock_, kMilliseconds);
        packet_->flags |= AV_PKT_FLAG_KEY;
        take(*packet_);
    }

    AVRational clock_;
    CodecHandle decoder_;
    CodecHandle encoder_;
    PacketHandle packet_;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace

std::unique_ptr<TrackConverter> convert_audio(const AVStream& source, AVCodecID codec,
                                              const AVOutputFormat& muxer) {
    return std::make_unique<AudioConverter>(source, codec, muxer);
}

std::unique_ptr<TrackConverter> convert_subtitles(const AVStream& source, AVCodecID codec) {
    return std::make_unique<SubtitleConverter>(source, codec);
}

}  // namespace diorama::video
