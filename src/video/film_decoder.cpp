#include "video/film_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <utility>

#include "video/colour_tags.h"
#include "video/depth_coding.h"
#include "video/stereo_tags.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

namespace diorama::video {
namespace fs = std::filesystem;
namespace {

constexpr std::int64_t kMaxPixels = 300'000'000;

// FFmpeg's own decoders of VP8 and VP9 drop the second film that is their alpha; libvpx keeps it.
const AVCodec* find_decoder(const AVStream& stream) {
    const AVDictionaryEntry* alpha = av_dict_get(stream.metadata, "alpha_mode", nullptr, 0);
    if (alpha && std::string_view(alpha->value) == "1") {
        const AVCodecID id = stream.codecpar->codec_id;
        const char* name = id == AV_CODEC_ID_VP9   ? "libvpx-vp9"
                           : id == AV_CODEC_ID_VP8 ? "libvpx"
                                                   : nullptr;
        if (name)
            if (const AVCodec* codec = avcodec_find_decoder_by_name(name)) return codec;
    }
    return avcodec_find_decoder(stream.codecpar->codec_id);
}

CodecHandle open_decoder(const AVStream& stream, int threads, const fs::path& file) {
    const Reasons reasons;
    const AVCodec* codec = find_decoder(stream);
    if (!codec)
        throw Error(ErrorCode::unsupported,
                    fmt::format("this build of FFmpeg cannot decode {}",
                                avcodec_get_name(stream.codecpar->codec_id)),
                    file.string());
    CodecHandle decoder(avcodec_alloc_context3(codec));
    if (!decoder) throw std::bad_alloc();
    check(avcodec_parameters_to_context(decoder.get(), stream.codecpar), ErrorCode::unreadable,
          "cannot be decoded", file.string(), &reasons);
    decoder->pkt_timebase = stream.time_base;
    decoder->thread_count = threads;
    decoder->max_pixels = kMaxPixels;
    check(avcodec_open2(decoder.get(), codec, nullptr), ErrorCode::unreadable, "cannot be decoded",
          file.string(), &reasons);
    return decoder;
}

Rational to_rational(AVRational value) {
    return {value.num, value.den};
}

// Damage that the decoder has painted over.
bool is_damaged(const AVFrame& frame) {
    return (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame.decode_error_flags != 0;
}

}  // namespace

FilmDecoder::FilmDecoder(fs::path file, int threads) : file_(std::move(file)), threads_(threads) {
    open();
    // A film of which nothing can be decoded is not one, and only the first frame tells.
    if (!decode())
        throw Error(ErrorCode::unreadable, "no frame of it can be decoded", file_.string());
    describe();
    is_ready_ = true;
}

void FilmDecoder::open() {
    input_.film.reset();
    input_ = open_film(file_);
    stream_ = &find_picture_stream(*input_.film, file_);
    const AVCodecParameters& picture = *stream_->codecpar;
    if (std::int64_t{picture.width} * picture.height > kMaxPixels)
        throw Error(ErrorCode::too_large,
                    fmt::format("{}×{} is more than {} megapixels", picture.width, picture.height,
                                kMaxPixels / 1'000'000),
                    file_.string());
    for (unsigned i = 0; i < input_.film->nb_streams; ++i)
        if (input_.film->streams[i] != stream_) input_.film->streams[i]->discard = AVDISCARD_ALL;
    decoder_ = open_decoder(*stream_, threads_, file_);
    packet_ = make_packet();
    frame_ = make_frame();
    forget();
}

void FilmDecoder::describe() {
    orientation_ = orientation_of(*stream_);
    coded_size_ = {frame_->width, frame_->height};
    info_.size = orientation_.apply(coded_size_);
    const AVRational rate = av_guess_frame_rate(input_.film.get(), stream_, nullptr);
    info_.fps = rate.num > 0 ? to_rational(rate) : Rational{0, 1};
    info_.frames = std::max<std::int64_t>(stream_->nb_frames, 0);
    if (stream_->duration > 0)
        info_.duration =
            Seconds(static_cast<double>(stream_->duration) * av_q2d(stream_->time_base));
    else if (input_.film->duration > 0)
        info_.duration = Seconds(static_cast<double>(input_.film->duration) / AV_TIME_BASE);
    const auto pixels = static_cast<AVPixelFormat>(frame_->format);
    info_.codec = avcodec_get_name(stream_->codecpar->codec_id);
    if (const char* name = av_get_pix_fmt_name(pixels)) info_.pixel_format = name;
    info_.bits = bits_per_sample(pixels);
    info_.rotation_deg = orientation_.degrees;
    info_.packing = read_packing(*stream_);
    info_.clock = to_rational(stream_->time_base);
    info_.colour = read_colour(*stream_, *frame_);
    info_.depth = read_depth_coding(*stream_);
    const AVRational aspect = av_guess_sample_aspect_ratio(input_.film.get(), stream_, nullptr);
    if (aspect.num > 0)
        info_.sample_aspect =
            orientation_.exchange_axes ? Rational{aspect.den, aspect.num} : to_rational(aspect);
}

// Decodes the next frame into `frame_`; false at the end. Packets that are damaged beyond decoding
// are counted, and their times stay among those that are expected.
bool FilmDecoder::decode() {
    const Reasons reasons;
    while (true) {
        const int received = avcodec_receive_frame(decoder_.get(), frame_.get());
        if (received >= 0) return true;
        if (received == AVERROR_EOF) return false;
        if (received == AVERROR(ENOMEM)) throw std::bad_alloc();
        if (received == AVERROR(EAGAIN) && is_draining_) return false;
        if (received == AVERROR(EAGAIN))
            feed(reasons);
        else
            ++undecodable_;
    }
}

void FilmDecoder::feed(const Reasons& reasons) {
    av_packet_unref(packet_.get());
    const int read = av_read_frame(input_.film.get(), packet_.get());
    if (read < 0) {
        if (input_.io->error < 0)
            check(input_.io->error, ErrorCode::unreadable, "cannot be read on", file_.string(),
                  &reasons);
        is_draining_ = true;
        avcodec_send_packet(decoder_.get(), nullptr);
        return;
    }
    if (packet_->stream_index != stream_->index) return;
    const bool is_shown = (packet_->flags & AV_PKT_FLAG_DISCARD) == 0;
    if (is_shown && packet_->pts != AV_NOPTS_VALUE) expected_.insert(packet_->pts);
    if (avcodec_send_packet(decoder_.get(), packet_.get()) < 0) ++undecodable_;
}

Seconds FilmDecoder::to_seconds(std::int64_t ticks) const {
    return Seconds(static_cast<double>(ticks) * av_q2d(stream_->time_base));
}

Seconds FilmDecoder::time_of(std::int64_t timestamp) const {
    if (timestamp == AV_NOPTS_VALUE)
        return Seconds(info_.fps.num > 0 ? static_cast<double>(next_index_) / info_.fps.value()
                                         : 0);
    return to_seconds(timestamp -
                      (stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time));
}

Seconds FilmDecoder::duration_of_frame() const {
    if (frame_->pkt_duration > 0) return to_seconds(frame_->pkt_duration);
    return Seconds(info_.fps.num > 0 ? 1 / info_.fps.value() : 0);
}

// The time of a frame that should have come before `frame_` and could not be decoded. Some films
// have packets that never become frames, so that there are no more such than failures.
std::optional<std::int64_t> FilmDecoder::take_missed() {
    const std::int64_t now = frame_->best_effort_timestamp;
    if (now == AV_NOPTS_VALUE) return std::nullopt;
    // What comes before the first frame, or before the one that was sought, has nothing to repeat.
    if (!last_) undecodable_ = 0;
    while (!expected_.empty() && *expected_.begin() < now) {
        const std::int64_t missed = expected_.extract(expected_.begin()).value();
        if (undecodable_ == 0) continue;
        --undecodable_;
        return missed;
    }
    expected_.erase(now);
    return std::nullopt;
}

std::optional<FilmFrame> FilmDecoder::next() {
    if (!is_ready_ && !decode()) return std::nullopt;
    is_ready_ = true;
    if (const auto missed = take_missed()) return repeat(time_of(*missed));
    is_ready_ = false;
    const Seconds time = time_of(frame_->best_effort_timestamp);
    if (is_damaged(*frame_) && last_) return repeat(time);
    FilmFrame result{.image = convert(*frame_),
                     .time = time,
                     .duration = duration_of_frame(),
                     .index = next_index_++};
    if (Size{frame_->width, frame_->height} != coded_size_) result.origin = FrameOrigin::resized;
    if (!last_) last_ = make_frame();
    av_frame_unref(last_.get());
    av_frame_move_ref(last_.get(), frame_.get());
    return result;
}

FilmFrame FilmDecoder::repeat(Seconds time) {
    return {.image = convert(*last_),
            .time = time,
            .duration = Seconds(info_.fps.num > 0 ? 1 / info_.fps.value() : 0),
            .index = next_index_++,
            .origin = FrameOrigin::repeated};
}

Image FilmDecoder::convert(const AVFrame& frame) {
    if (!to_image_)
        to_image_.emplace(coded_size_, static_cast<AVPixelFormat>(frame.format), threads_);
    return orient(to_image_->convert(frame), orientation_);
}

void FilmDecoder::forget() {
    is_draining_ = false;
    is_ready_ = false;
    undecodable_ = 0;
    expected_.clear();
    last_.reset();
}

// Continues at a key frame at or before `time`, or at the beginning.
void FilmDecoder::jump(Seconds time) {
    const auto target =
        static_cast<std::int64_t>(std::floor(time.count() / av_q2d(stream_->time_base))) +
        (stream_->start_time == AV_NOPTS_VALUE ? 0 : stream_->start_time);
    const bool jumped = time.count() > 0 && av_seek_frame(input_.film.get(), stream_->index, target,
                                                          AVSEEK_FLAG_BACKWARD) >= 0;
    if (!jumped) return open();
    avcodec_flush_buffers(decoder_.get());
    forget();
}

// A key frame that the container finds is sure to be early enough only if a frame before the
// target is seen on the way to it: indexes count decoding times, and open groups lose their
// first frames. Otherwise the search begins again further back.
void FilmDecoder::seek(Seconds time) {
    // Times are ticks of the stream's clock; half a tick absorbs the rounding of a double.
    const Seconds tolerance(av_q2d(stream_->time_base) / 2);
    for (Seconds back(0);; back = back * 4 + Seconds(1)) {
        const Seconds from = std::max(time - back, Seconds(0));
        jump(from);
        bool exact = from <= Seconds(0);
        while (decode()) {
            const Seconds now = time_of(frame_->best_effort_timestamp);
            exact = exact || now <= time + tolerance;
            if (now < time - tolerance) continue;
            if (!exact) break;
            next_index_ = std::llround(now.count() * info_.fps.value());
            is_ready_ = true;
            return;
        }
        if (exact) return;  // past the end
    }
}

}  // namespace diorama::video
