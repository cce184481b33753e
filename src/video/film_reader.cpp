#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <new>
#include <optional>

#include "video/conversion.h"
#include "video/film_input.h"
#include "video/stereo_tags.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

namespace diorama {
namespace fs = std::filesystem;

namespace video {
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

// How a film wants to be shown: mirrored along the axes, then the axes exchanged.
struct Orientation {
    bool mirror_x = false;
    bool mirror_y = false;
    bool exchange_axes = false;
    int degrees = 0;  // clockwise

    [[nodiscard]] Size apply(Size size) const {
        return exchange_axes ? Size{size.height, size.width} : size;
    }
};

Orientation orientation_of(const AVStream& stream) {
    Orientation result;
    std::size_t bytes = 0;
    const std::uint8_t* data = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, &bytes);
    if (!data || bytes < 9 * sizeof(std::int32_t)) return result;
    // x' = m0·x + m3·y, y' = m1·x + m4·y; only quarter turns and mirrors are applied.
    const auto* m = reinterpret_cast<const std::int32_t*>(data);
    result.exchange_axes = std::abs(std::int64_t{m[0]}) < std::abs(std::int64_t{m[1]});
    result.mirror_x = (result.exchange_axes ? m[1] : m[0]) < 0;
    result.mirror_y = (result.exchange_axes ? m[3] : m[4]) < 0;
    const double counterclockwise = av_display_rotation_get(m);
    if (std::isfinite(counterclockwise))
        result.degrees = (static_cast<int>(std::lround(-counterclockwise / 90)) * 90 + 360) % 360;
    return result;
}

template <class Pixel>
Image orient_pixels(const Image& image, const Orientation& orientation) {
    Image result(orientation.apply(image.size()), image.sample_type(), image.alpha());
    for (int y = 0; y < image.height(); ++y) {
        const int to_y = orientation.mirror_y ? image.height() - 1 - y : y;
        const Pixel* from = image.row<Pixel>(y);
        for (int x = 0; x < image.width(); ++x) {
            const int to_x = orientation.mirror_x ? image.width() - 1 - x : x;
            if (orientation.exchange_axes)
                result.row<Pixel>(to_x)[to_y] = from[x];
            else
                result.row<Pixel>(to_y)[to_x] = from[x];
        }
    }
    return result;
}

Image orient(Image image, const Orientation& orientation) {
    if (!orientation.mirror_x && !orientation.mirror_y && !orientation.exchange_axes) return image;
    const bool wide = image.sample_type() == SampleType::u16;
    if (image.channels() == 3)
        return wide ? orient_pixels<std::array<std::uint16_t, 3>>(image, orientation)
                    : orient_pixels<std::array<std::uint8_t, 3>>(image, orientation);
    return wide ? orient_pixels<std::array<std::uint16_t, 4>>(image, orientation)
                : orient_pixels<std::array<std::uint8_t, 4>>(image, orientation);
}

Rational to_rational(AVRational value) {
    return {value.num, value.den};
}

}  // namespace
}  // namespace video

struct FilmReader::State {
    State(const fs::path& path, int thread_count) : file(path), threads(thread_count) { open(); }

    void open() {
        input.film.reset();
        input = video::open_film(file);
        stream = &video::find_picture_stream(*input.film, file);
        const AVCodecParameters& picture = *stream->codecpar;
        if (std::int64_t{picture.width} * picture.height > video::kMaxPixels)
            throw Error(ErrorCode::too_large,
                        fmt::format("{}×{} is more than {} megapixels", picture.width,
                                    picture.height, video::kMaxPixels / 1'000'000),
                        file.string());
        for (unsigned i = 0; i < input.film->nb_streams; ++i)
            if (input.film->streams[i] != stream) input.film->streams[i]->discard = AVDISCARD_ALL;
        decoder = video::open_decoder(*stream, threads, file);
        packet = video::make_packet();
        frame = video::make_frame();
        draining = false;
    }

    void describe() {
        orientation = video::orientation_of(*stream);
        coded_size = {decoder->width, decoder->height};
        info.size = orientation.apply(coded_size);
        const AVRational rate = av_guess_frame_rate(input.film.get(), stream, nullptr);
        info.fps = rate.num > 0 ? video::to_rational(rate) : Rational{0, 1};
        info.frames = std::max<std::int64_t>(stream->nb_frames, 0);
        if (stream->duration > 0)
            info.duration =
                Seconds(static_cast<double>(stream->duration) * av_q2d(stream->time_base));
        else if (input.film->duration > 0)
            info.duration = Seconds(static_cast<double>(input.film->duration) / AV_TIME_BASE);
        info.codec = avcodec_get_name(stream->codecpar->codec_id);
        if (const char* name = av_get_pix_fmt_name(decoder->pix_fmt)) info.pixel_format = name;
        info.rotation_deg = orientation.degrees;
        info.packing = video::read_packing(*stream);
        const AVRational aspect = av_guess_sample_aspect_ratio(input.film.get(), stream, nullptr);
        if (aspect.num > 0)
            info.sample_aspect = orientation.exchange_axes ? Rational{aspect.den, aspect.num}
                                                           : video::to_rational(aspect);
    }

    // Decodes the next frame into `frame`; false at the end. Packets that are damaged beyond
    // decoding are passed over.
    bool decode() {
        const video::Reasons reasons;
        while (true) {
            const int received = avcodec_receive_frame(decoder.get(), frame.get());
            if (received >= 0) return true;
            if (received == AVERROR_EOF) return false;
            if (received == AVERROR(ENOMEM)) throw std::bad_alloc();
            if (received == AVERROR(EAGAIN) && draining) return false;
            if (received == AVERROR(EAGAIN)) feed(reasons);
        }
    }

    void feed(const video::Reasons& reasons) {
        const int read = av_read_frame(input.film.get(), packet.get());
        if (read < 0) {
            if (input.io->error < 0)
                video::check(input.io->error, ErrorCode::unreadable, "cannot be read on",
                             file.string(), &reasons);
            draining = true;
            avcodec_send_packet(decoder.get(), nullptr);
            return;
        }
        if (packet->stream_index == stream->index) avcodec_send_packet(decoder.get(), packet.get());
        av_packet_unref(packet.get());
    }

    [[nodiscard]] Seconds time_of_frame() const {
        if (frame->best_effort_timestamp == AV_NOPTS_VALUE)
            return info.fps.num > 0 ? Seconds(static_cast<double>(next_index) / info.fps.value())
                                    : Seconds(0);
        return Seconds(static_cast<double>(frame->best_effort_timestamp - start()) *
                       av_q2d(stream->time_base));
    }

    [[nodiscard]] std::int64_t start() const {
        return stream->start_time == AV_NOPTS_VALUE ? 0 : stream->start_time;
    }

    FilmFrame take_frame() {
        if (!to_image)
            to_image.emplace(coded_size, static_cast<AVPixelFormat>(frame->format), threads);
        FilmFrame result;
        result.time = time_of_frame();
        result.index = next_index++;
        result.image = video::orient(to_image->convert(*frame), orientation);
        av_frame_unref(frame.get());
        return result;
    }

    // Continues at a key frame at or before `time`, or at the beginning.
    void jump(Seconds time) {
        const auto target =
            static_cast<std::int64_t>(std::floor(time.count() / av_q2d(stream->time_base))) +
            start();
        const bool jumped = time.count() > 0 && av_seek_frame(input.film.get(), stream->index,
                                                              target, AVSEEK_FLAG_BACKWARD) >= 0;
        if (!jumped) {
            open();
            return;
        }
        avcodec_flush_buffers(decoder.get());
        draining = false;
    }

    // A key frame that the container finds is sure to be early enough only if a frame before the
    // target is seen on the way to it: indexes count decoding times, and open groups lose their
    // first frames. Otherwise the search begins again further back.
    void seek(Seconds time) {
        // Times are ticks of the stream's clock; half a tick absorbs the rounding of a double.
        const Seconds tolerance(av_q2d(stream->time_base) / 2);
        waiting = false;
        for (Seconds back(0);; back = back * 4 + Seconds(1)) {
            const Seconds from = std::max(time - back, Seconds(0));
            jump(from);
            bool exact = from <= Seconds(0);
            while (decode()) {
                const Seconds now = time_of_frame();
                exact = exact || now <= time + tolerance;
                if (now < time - tolerance) continue;
                if (!exact) break;
                next_index = std::llround(now.count() * info.fps.value());
                waiting = true;
                return;
            }
            if (exact) return;  // past the end
        }
    }

    fs::path file;
    int threads = 0;
    video::FilmInput input;
    AVStream* stream = nullptr;
    video::CodecHandle decoder;
    video::PacketHandle packet;
    video::FrameHandle frame;
    std::optional<video::ToImage> to_image;
    video::Orientation orientation;
    Size coded_size{};
    FilmInfo info{};
    std::int64_t next_index = 0;
    bool draining = false;  // the file is at its end, the decoder not yet
    bool waiting = false;   // seek() has left the next frame in `frame`
};

FilmReader::FilmReader(const fs::path& file, int threads)
    : state_(std::make_unique<State>(file, threads)) {
    state_->describe();
    // A film of which nothing can be decoded is not one, and only the first frame tells.
    if (!state_->decode())
        throw Error(ErrorCode::unreadable, "no frame of it can be decoded", file.string());
    state_->waiting = true;
}

FilmReader::~FilmReader() = default;
FilmReader::FilmReader(FilmReader&&) noexcept = default;
FilmReader& FilmReader::operator=(FilmReader&&) noexcept = default;

const FilmInfo& FilmReader::info() const {
    return state_->info;
}

std::optional<FilmFrame> FilmReader::next() {
    if (!state_->waiting && !state_->decode()) return std::nullopt;
    state_->waiting = false;
    return state_->take_frame();
}

void FilmReader::seek(Seconds time) {
    state_->seek(time);
}

}  // namespace diorama
