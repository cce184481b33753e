#include "video/film_writer.h"

#include <algorithm>

#include "video/colour_tags.h"
#include "video/depth_coding.h"
#include "video/frame_clock.h"
#include "video/stereo_tags.h"

extern "C" {
#include <libavutil/hwcontext.h>
#include <libavutil/opt.h>
}

namespace diorama::video {
namespace {

FrameHandle upload(const AVFrame& frame, AVBufferRef* pool) {
    FrameHandle uploaded = make_frame();
    const Reasons reasons;
    check(av_hwframe_get_buffer(pool, uploaded.get(), 0), ErrorCode::device,
          "the device has no memory for a frame", {}, &reasons);
    check(av_hwframe_transfer_data(uploaded.get(), &frame, 0), ErrorCode::device,
          "cannot bring a frame to the device", {}, &reasons);
    av_frame_copy_props(uploaded.get(), &frame);
    return uploaded;
}

}  // namespace

void describe_pictures(const SinkFormat& format, AVFormatContext& muxer, AVStream& stream) {
    stream.time_base = to_av(clock_of(format));
    const bool is_y4m = std::string_view(muxer.oformat->name) == "yuv4mpegpipe";
    if (format.clock.num == 0 || is_y4m)
        stream.avg_frame_rate = stream.r_frame_rate = to_av(format.fps);
    stream.sample_aspect_ratio = to_av(format.sample_aspect);
    // QuickTime and Safari know HEVC by this tag alone.
    if (stream.codecpar->codec_id == AV_CODEC_ID_HEVC &&
        av_codec_get_id(muxer.oformat->codec_tag, MKTAG('h', 'v', 'c', '1')) == AV_CODEC_ID_HEVC)
        stream.codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
    tag_light(format.colour, stream);
    if (format.depth) tag_depth_coding(*format.depth, stream);
    tag_container(format, muxer, stream);
}

FilmWriter::FilmWriter(const std::filesystem::path& file, const SinkFormat& format,
                       const Container& container)
    : name_(file.string()),
      encoder_(
          open_encoder(format, container.default_codec, find_muxer(container.whole, name_), name_)),
      file_(file, container),
      stream_(file_.add_stream()),
      packet_(make_packet()),
      packing_(format.packing) {
    const AVCodecContext& encoder = *encoder_.context;
    const Reasons reasons;
    check(avcodec_parameters_from_context(stream_.codecpar, &encoder), ErrorCode::unsupported,
          "cannot describe the film", name_, &reasons);
    describe_pictures(format, file_.muxer(), stream_);
    frame_ticks_ =
        std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(encoder.framerate), encoder.time_base));
    file_.begin();
}

void FilmWriter::write(AVFrame& frame, std::int64_t tick) {
    FrameHandle uploaded;
    if (encoder_.context->hw_frames_ctx) uploaded = upload(frame, encoder_.context->hw_frames_ctx);
    AVFrame& input = uploaded ? *uploaded : frame;
    tag_frame(packing_, input);
    input.pts = tick;
    input.pict_type = AV_PICTURE_TYPE_NONE;
    encode(&input);
}

void FilmWriter::finish(std::int64_t end) {
    encode(nullptr);
    // A GIF stores how long each picture stands; the last one has no successor that would tell.
    if (std::string_view(file_.muxer().oformat->name) == "gif")
        av_opt_set_int(&file_.muxer(), "final_delay", end - last_tick_, AV_OPT_SEARCH_CHILDREN);
    file_.finish();
}

void FilmWriter::encode(AVFrame* frame) {
    const Reasons reasons;
    AVCodecContext* encoder = encoder_.context.get();
    if (frame) last_tick_ = frame->pts;
    check(avcodec_send_frame(encoder, frame), ErrorCode::unwritable, "a frame cannot be encoded",
          name_, &reasons);
    while (true) {
        const int result = avcodec_receive_packet(encoder, packet_.get());
        if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
        check(result, ErrorCode::unwritable, "a frame cannot be encoded", name_, &reasons);
        if (packet_->duration == 0) packet_->duration = frame_ticks_;
        file_.write(*packet_, stream_, encoder->time_base);
    }
}

}  // namespace diorama::video
