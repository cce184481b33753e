#include "video/conversion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <thread>

#include "diorama/picture.h"

extern "C" {
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

namespace diorama::video {
namespace {

// swscale's widest vectors, in bytes.
constexpr std::size_t kVectorBytes = 64;
// Filters chroma in full before it is halved, and rounds instead of truncating.
constexpr int kScalerFlags =
    SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_FULL_CHR_H_INT;

AVPixelFormat image_format(SampleType type, AlphaKind alpha) {
    if (type == SampleType::u8)
        return alpha == AlphaKind::none ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_RGBA;
    return alpha == AlphaKind::none ? AV_PIX_FMT_RGB48 : AV_PIX_FMT_RGBA64;
}

// The deprecated "full range" formats are the ordinary ones with another range.
AVPixelFormat without_range(AVPixelFormat format) {
    switch (format) {
        case AV_PIX_FMT_YUVJ420P:
            return AV_PIX_FMT_YUV420P;
        case AV_PIX_FMT_YUVJ422P:
            return AV_PIX_FMT_YUV422P;
        case AV_PIX_FMT_YUVJ444P:
            return AV_PIX_FMT_YUV444P;
        case AV_PIX_FMT_YUVJ440P:
            return AV_PIX_FMT_YUV440P;
        case AV_PIX_FMT_YUVJ411P:
            return AV_PIX_FMT_YUV411P;
        default:
            return format;
    }
}

int scaler_threads(int threads) {
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    return std::min(threads > 0 ? std::min(threads, cores) : cores, 8);
}

struct ScalerSide {
    Size size{};
    AVPixelFormat format = AV_PIX_FMT_NONE;
    const int* coefficients = sws_getCoefficients(SWS_CS_ITU709);
    bool full_range = true;
    AVChromaLocation chroma = AVCHROMA_LOC_UNSPECIFIED;
};

// swscale counts chroma positions in 1/256 of a luma sample; -513 is "as usual".
void set_chroma_position(SwsContext* scaler, const char* side, AVPixelFormat format,
                         AVChromaLocation location) {
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    if (is_rgb(format) || description->log2_chroma_w == 0) return;
    const bool centred = location == AVCHROMA_LOC_CENTER || location == AVCHROMA_LOC_TOP ||
                         location == AVCHROMA_LOC_BOTTOM;
    const bool top = location == AVCHROMA_LOC_TOPLEFT || location == AVCHROMA_LOC_TOP;
    av_opt_set_int(scaler, fmt::format("{}_h_chr_pos", side).c_str(), centred ? 128 : 0, 0);
    if (description->log2_chroma_h > 0)
        av_opt_set_int(scaler, fmt::format("{}_v_chr_pos", side).c_str(), top ? 0 : 128, 0);
}

ScalerHandle make_scaler(const ScalerSide& from, const ScalerSide& to, int threads) {
    const Reasons reasons;
    ScalerHandle scaler(sws_alloc_context());
    if (!scaler) throw std::bad_alloc();
    const auto set = [&](const char* name, std::int64_t value) {
        av_opt_set_int(scaler.get(), name, value, 0);
    };
    set("srcw", from.size.width);
    set("srch", from.size.height);
    set("src_format", from.format);
    set("dstw", to.size.width);
    set("dsth", to.size.height);
    set("dst_format", to.format);
    set("sws_flags", kScalerFlags);
    set("threads", scaler_threads(threads));
    set_chroma_position(scaler.get(), "src", from.format, from.chroma);
    set_chroma_position(scaler.get(), "dst", to.format, to.chroma);
    check(sws_init_context(scaler.get(), nullptr, nullptr), ErrorCode::unsupported,
          fmt::format("cannot convert {} pixels to {}", av_get_pix_fmt_name(from.format),
                      av_get_pix_fmt_name(to.format)),
          {}, &reasons);
    // Between two RGB formats there is no matrix to set, and the call's refusal means nothing.
    sws_setColorspaceDetails(scaler.get(), from.coefficients, from.full_range ? 1 : 0,
                             to.coefficients, to.full_range ? 1 : 0, 0, 1 << 16, 1 << 16);
    return scaler;
}

// Films that say nothing are BT.709 when they are high definition, BT.601 below.
const int* matrix_of(const AVFrame& frame) {
    if (const int* coefficients = find_coefficients(frame.colorspace)) return coefficients;
    const bool is_high = frame.height >= 720 || frame.width >= 1280;
    return sws_getCoefficients(is_high ? SWS_CS_ITU709 : SWS_CS_ITU601);
}

bool is_full_range(const AVFrame& frame) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    return frame.color_range == AVCOL_RANGE_JPEG || is_rgb(format) ||
           without_range(format) != format;
}

// Depth is numbers, not light: grey of 16 bits is copied as it is.
void copy_codes(const Image& image, AVFrame& frame) {
    for (int y = 0; y < image.height(); ++y) {
        const auto* from = image.row<std::uint16_t>(y);
        auto* to =
            reinterpret_cast<std::uint16_t*>(frame.data[0] + std::ptrdiff_t{y} * frame.linesize[0]);
        for (int x = 0; x < image.width(); ++x) to[x] = from[3 * x];
    }
}

Image copy_codes(const AVFrame& frame) {
    Image image({frame.width, frame.height}, SampleType::u16, AlphaKind::none);
    for (int y = 0; y < image.height(); ++y) {
        const auto* from = reinterpret_cast<const std::uint16_t*>(
            frame.data[0] + std::ptrdiff_t{y} * frame.linesize[0]);
        auto* to = image.row<std::uint16_t>(y);
        for (int x = 0; x < image.width(); ++x) std::fill_n(to + 3 * x, 3, from[x]);
    }
    return image;
}

}  // namespace

bool has_alpha(AVPixelFormat format) {
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    return format == AV_PIX_FMT_PAL8 ||
           (description && (description->flags & AV_PIX_FMT_FLAG_ALPHA));
}

bool is_rgb(AVPixelFormat format) {
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    return format == AV_PIX_FMT_PAL8 || (description && (description->flags & AV_PIX_FMT_FLAG_RGB));
}

int bits_per_sample(AVPixelFormat format) {
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    if (!description || format == AV_PIX_FMT_PAL8) return 8;
    int bits = 0;
    for (int i = 0; i < description->nb_components; ++i)
        bits = std::max(bits, description->comp[i].depth);
    return bits;
}

Image drop_alpha(const Image& image) {
    Image opaque(image.size(), image.sample_type(), AlphaKind::none);
    const auto copy = [&]<class T>(T) {
        for (int y = 0; y < image.height(); ++y) {
            const T* from = image.row<T>(y);
            T* to = opaque.row<T>(y);
            for (int x = 0; x < image.width(); ++x)
                for (int c = 0; c < 3; ++c) to[3 * x + c] = from[4 * x + c];
        }
    };
    if (image.sample_type() == SampleType::u8)
        copy(std::uint8_t{});
    else
        copy(std::uint16_t{});
    return opaque;
}

ToFrame::ToFrame(Size size, SampleType type, AVPixelFormat target, AlphaKind alpha, int threads,
                 const FilmColour& colour)
    : size_(size),
      type_(type),
      target_(target),
      tags_(colour_tags(target, colour)),
      alpha_(has_alpha(target) ? alpha : AlphaKind::none),
      threads_(threads),
      borrowed_(make_frame()) {}

AVFrame* ToFrame::convert(const Image& image) {
    if (image.size() != size_)
        throw Error(ErrorCode::mismatch,
                    fmt::format("a frame of {}×{} for a film of {}×{}", image.width(),
                                image.height(), size_.width, size_.height));
    if (image.sample_type() != type_)
        throw Error(ErrorCode::mismatch,
                    fmt::format("a frame of {} bits a channel for a film of {}",
                                8 * image.bytes_per_sample(), type_ == SampleType::u8 ? 8 : 16));
    if (alpha_ != AlphaKind::none && image.alpha() == AlphaKind::premultiplied)
        return convert(unpremultiply(image));
    // swscale can ignore the alpha of 8-bit pixels only.
    if (alpha_ == AlphaKind::none && image.channels() == 4 && type_ == SampleType::u16)
        return convert(drop_alpha(image));

    // An encoder that still holds the last frame keeps it, and this one gets pixels of its own.
    if (!result_ || !av_frame_is_writable(result_.get())) result_ = make_frame(size_, target_);
    if (target_ == AV_PIX_FMT_GRAY16) {
        copy_codes(image, *result_);
    } else {
        const AVFrame* source = as_source(image);
        const int rows = sws_scale_frame(scaler_.get(), result_.get(), source);
        av_frame_unref(borrowed_.get());
        check(rows, ErrorCode::unsupported, "cannot convert a frame's colours", {});
    }

    result_->color_primaries = tags_.primaries;
    result_->color_trc = tags_.transfer;
    result_->colorspace = tags_.matrix;
    result_->color_range = tags_.range;
    result_->chroma_location = tags_.chroma;
    return result_.get();
}

AVFrame* ToFrame::as_source(const Image& image) {
    AVPixelFormat format = image_format(type_, image.alpha());
    if (alpha_ == AlphaKind::none && format == AV_PIX_FMT_RGBA) format = AV_PIX_FMT_RGB0;
    set_source_format(format);

    // swscale's vector code may read past the end of a row, which matters after the last one. Rows
    // of whole vectors with one pixel per 4 or 8 bytes are safe to read in place.
    if (image.channels() == 4 && image.row_bytes() % kVectorBytes == 0) {
        AVFrame* frame = borrowed_.get();
        frame->width = size_.width;
        frame->height = size_.height;
        frame->format = format;
        frame->data[0] = const_cast<std::uint8_t*>(image.data());
        frame->linesize[0] = static_cast<int>(image.row_bytes());
        frame->buf[0] = av_buffer_create(
            frame->data[0], image.size_bytes(), [](void*, std::uint8_t*) {}, nullptr,
            AV_BUFFER_FLAG_READONLY);
        if (!frame->buf[0]) throw std::bad_alloc();
        return frame;
    }
    if (!padded_ || padded_->format != format) padded_ = make_frame(size_, format);
    for (int y = 0; y < size_.height; ++y)
        std::memcpy(padded_->data[0] + std::ptrdiff_t{y} * padded_->linesize[0],
                    image.row<std::uint8_t>(y), image.row_bytes());
    return padded_.get();
}

void ToFrame::set_source_format(AVPixelFormat format) {
    if (scaler_ && source_format_ == format) return;
    const int* coefficients = find_coefficients(tags_.matrix);
    scaler_ = make_scaler(
        {.size = size_, .format = format},
        {.size = size_,
         .format = target_,
         .coefficients = coefficients ? coefficients : sws_getCoefficients(SWS_CS_ITU709),
         .full_range = tags_.range == AVCOL_RANGE_JPEG,
         .chroma = tags_.chroma},
        threads_);
    source_format_ = format;
}

ToImage::ToImage(Size size, AVPixelFormat source, int threads)
    : size_(size),
      type_(bits_per_sample(source) > 8 ? SampleType::u16 : SampleType::u8),
      alpha_(has_alpha(source) ? AlphaKind::straight : AlphaKind::none),
      threads_(threads),
      result_(make_frame(size, image_format(type_, alpha_))) {}

Image ToImage::convert(const AVFrame& frame) {
    if (frame.format == AV_PIX_FMT_GRAY16 && Size{frame.width, frame.height} == size_)
        return copy_codes(frame);
    set_source(frame);
    check(sws_scale_frame(scaler_.get(), result_.get(), &frame), ErrorCode::unreadable,
          "cannot convert a frame's colours", {});
    Image image(size_, type_, alpha_);
    for (int y = 0; y < size_.height; ++y)
        std::memcpy(image.row<std::uint8_t>(y),
                    result_->data[0] + std::ptrdiff_t{y} * result_->linesize[0], image.row_bytes());
    return image;
}

void ToImage::set_source(const AVFrame& frame) {
    const Size size{frame.width, frame.height};
    if (scaler_ && size == source_size_ && frame.format == source_format_ &&
        frame.colorspace == source_matrix_ && frame.color_range == source_range_)
        return;
    const int* coefficients = matrix_of(frame);
    const AVPixelFormat target = image_format(type_, alpha_);
    scaler_ =
        make_scaler({.size = size,
                     .format = without_range(static_cast<AVPixelFormat>(frame.format)),
                     .coefficients = coefficients,
                     .full_range = is_full_range(frame),
                     .chroma = frame.chroma_location},
                    {.size = size_, .format = target, .coefficients = coefficients}, threads_);
    source_size_ = size;
    source_format_ = frame.format;
    source_matrix_ = frame.colorspace;
    source_range_ = frame.color_range;
}

}  // namespace diorama::video
