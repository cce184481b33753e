#include "video/film_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "video/stereo_tags.h"

extern "C" {
#include <libavutil/hwcontext.h>
#include <libavutil/opt.h>
}

namespace diorama::video {
namespace {

using Muxer = std::unique_ptr<AVFormatContext, FreeBy<avformat_free_context>>;

const AVOutputFormat& find_muxer(const Container& container, const std::string& name) {
    const AVOutputFormat* muxer = av_guess_format(container.muxer, nullptr, nullptr);
    if (!muxer)
        throw Error(ErrorCode::unsupported,
                    fmt::format("this build of FFmpeg writes no {}", container.muxer), name);
    return *muxer;
}

Muxer make_muxer(const AVOutputFormat& format, const std::filesystem::path& file) {
    AVFormatContext* muxer = nullptr;
    // The address serves the second pass of "faststart", which reads the file again.
    if (avformat_alloc_output_context2(&muxer, &format, nullptr, url_of(file).c_str()) < 0)
        throw std::bad_alloc();
    muxer->flags |= AVFMT_FLAG_BITEXACT;  // no random ids: the same frames give the same bytes
    return Muxer(muxer);
}

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

FilmWriter::FilmWriter(const std::filesystem::path& file, const SinkFormat& format,
                       const Container& container)
    : name_(file.string()),
      encoder_(open_encoder(format, container.default_codec, find_muxer(container, name_), name_)),
      file_(file),
      muxer_(make_muxer(find_muxer(container, name_), file_.path())),
      packet_(make_packet()),
      packing_(format.packing) {
    stream_ = avformat_new_stream(muxer_.get(), nullptr);
    if (!stream_) throw std::bad_alloc();
    const AVCodecContext& encoder = *encoder_.context;
    const Reasons reasons;
    check(avcodec_parameters_from_context(stream_->codecpar, &encoder), ErrorCode::unsupported,
          "cannot describe the film", name_, &reasons);
    stream_->time_base = encoder.time_base;
    stream_->avg_frame_rate = encoder.framerate;
    stream_->r_frame_rate = encoder.framerate;
    stream_->sample_aspect_ratio = encoder.sample_aspect_ratio;
    tag_container(format, *muxer_, *stream_);
    frame_ticks_ =
        std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(encoder.framerate), encoder.time_base));

    for (const auto& [key, value] : container.muxer_options)
        check(av_opt_set(muxer_.get(), key, value.c_str(), AV_OPT_SEARCH_CHILDREN),
              ErrorCode::unsupported, fmt::format("cannot set {} to {}", key, value), name_,
              &reasons);
    check(avio_open(&muxer_->pb, muxer_->url, AVIO_FLAG_WRITE), ErrorCode::unwritable,
          "cannot be made", name_, &reasons);
    try {
        throw_if_io_failed(avformat_write_header(muxer_.get(), nullptr), "cannot be begun",
                           reasons);
    } catch (...) {
        avio_closep(&muxer_->pb);
        throw;
    }
}

FilmWriter::~FilmWriter() {
    if (muxer_->pb) avio_closep(&muxer_->pb);
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
    if (std::string_view(muxer_->oformat->name) == "gif")
        av_opt_set_int(muxer_.get(), "final_delay", end - last_tick_, AV_OPT_SEARCH_CHILDREN);
    const Reasons reasons;
    throw_if_io_failed(av_write_trailer(muxer_.get()), "cannot be ended", reasons);
    check(avio_closep(&muxer_->pb), ErrorCode::unwritable, "cannot be ended", name_, &reasons);
    file_.commit();
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
        av_packet_rescale_ts(packet_.get(), encoder->time_base, stream_->time_base);
        packet_->stream_index = stream_->index;
        throw_if_io_failed(av_interleaved_write_frame(muxer_.get(), packet_.get()),
                           "cannot be written", reasons);
    }
}

// Writing is buffered, so that a full disk may show in a later call than the one that filled it.
void FilmWriter::throw_if_io_failed(int av_result, std::string_view what,
                                    const Reasons& reasons) const {
    const int io_error = muxer_->pb ? muxer_->pb->error : 0;
    if (io_error < 0) check(io_error, ErrorCode::unwritable, what, name_);
    check(av_result, ErrorCode::unwritable, what, name_, &reasons);
}

}  // namespace diorama::video
