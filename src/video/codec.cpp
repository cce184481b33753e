#include "video/codec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <new>
#include <span>
#include <utility>

#include "video/conversion.h"
#include "video/frame_clock.h"

extern "C" {
#include <libavutil/hwcontext.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
}

namespace diorama::video {
namespace {

using Formats = std::span<const AVPixelFormat>;

constexpr std::string_view kAlphaHint =
    "alpha is kept by .webm, .apng, .webp, .gif, .mov with codec prores, .mkv with codec ffv1 and "
    "sequences of .png";

// What our short names stand for, the best first.
struct ShortName {
    std::string_view name;
    std::array<const char*, 3> encoders;
};
constexpr ShortName kShortNames[] = {
    {"h264", {"libx264"}},
    {"h265", {"libx265"}},
    {"hevc", {"libx265"}},
    {"vp9", {"libvpx-vp9"}},
    {"av1", {"libsvtav1", "libaom-av1", "librav1e"}},
    {"prores", {"prores_ks"}},
};

struct Setting {
    const char* key;
    const char* value;
};
constexpr double kNoCrf = -1;

// How an encoder is set where its own defaults are poor, slow or noisy.
struct Tuning {
    std::string_view encoder;
    double crf = kNoCrf;  // as good as one would want for footage to work on
    double crf_max = 63;  // where the option itself has no honest limit
    std::vector<Setting> settings{};
};
const std::vector<Tuning>& tunings() {
    static const std::vector<Tuning> list{
        {"libx264", 18, 51, {{"preset", "medium"}}},
        {"libx264rgb", 18, 51, {{"preset", "medium"}}},
        {"libx265", 20, 51, {{"preset", "medium"}}},
        // A bit rate of 0 makes crf a constant quality instead of a limit.
        {"libvpx-vp9",
         24,
         63,
         {{"b", "0"}, {"row-mt", "1"}, {"cpu-used", "4"}, {"tile-columns", "2"}}},
        {"libvpx", 10, 63, {{"b", "0"}, {"cpu-used", "4"}}},
        {"libaom-av1",
         24,
         63,
         {{"b", "0"}, {"row-mt", "1"}, {"cpu-used", "6"}, {"tile-columns", "1"}}},
        {"libsvtav1", 26, 63, {{"preset", "8"}}},
        {"librav1e", kNoCrf, 63, {{"qp", "80"}, {"speed", "8"}}},
        {"prores_ks", kNoCrf, 63, {{"vendor", "apl0"}}},
        {"ffv1", kNoCrf, 63, {{"level", "3"}, {"g", "1"}, {"slicecrc", "1"}}},
        {"apng", kNoCrf, 63, {{"pred", "mixed"}}},
        {"libwebp_anim", kNoCrf, 63, {{"quality", "90"}}},
        {"h264_nvenc", kNoCrf, 63, {{"b", "0"}, {"rc", "vbr"}, {"cq", "19"}}},
        {"hevc_nvenc", kNoCrf, 63, {{"b", "0"}, {"rc", "vbr"}, {"cq", "21"}}},
        {"av1_nvenc", kNoCrf, 63, {{"b", "0"}, {"rc", "vbr"}, {"cq", "26"}}},
    };
    return list;
}

// Frames of more pixels than this wait in smaller numbers: x264's usual queue of 40 holds more than
// a gigabyte of them.
constexpr std::int64_t kLargeFrame = 4'000'000;
constexpr const char* kLargeFrameLookahead = "12";

const Tuning* find_tuning(const AVCodec& codec) {
    for (const Tuning& tuning : tunings())
        if (tuning.encoder == codec.name) return &tuning;
    return nullptr;
}

// x264 and x265 look at the word only when they open, and then do not say which they know.
constexpr std::array kX26xPresets{"ultrafast", "superfast", "veryfast", "faster",   "fast",
                                  "medium",    "slow",      "slower",   "veryslow", "placebo"};

// What a person sets to choose quality or rate: our default quality then stays out of the way.
constexpr std::array kRateKeys{"b", "crf", "qp", "cq", "lossless", "global_quality", "q"};

bool is_hardware(const AVCodec& codec) {
    return (codec.capabilities & (AV_CODEC_CAP_HARDWARE | AV_CODEC_CAP_HYBRID)) != 0;
}

bool is_lossless_only(const AVCodec& codec) {
    const AVCodecDescriptor* description = avcodec_descriptor_get(codec.id);
    return description && (description->props & AV_CODEC_PROP_LOSSLESS) &&
           !(description->props & AV_CODEC_PROP_LOSSY);
}

// Players take more than 8 bits in these; H.264 in 10 bits is what few of them decode.
bool plays_deep_colour(const AVCodec& codec) {
    constexpr std::array ids{AV_CODEC_ID_HEVC, AV_CODEC_ID_AV1, AV_CODEC_ID_VP9,
                             AV_CODEC_ID_PRORES};
    return std::ranges::find(ids, codec.id) != ids.end();
}

// In the order of preference, for frames of 8 bits and of more.
constexpr AVPixelFormat kRgb8[] = {AV_PIX_FMT_RGB24, AV_PIX_FMT_BGR24, AV_PIX_FMT_BGR0,
                                   AV_PIX_FMT_GBRP,  AV_PIX_FMT_RGBA,  AV_PIX_FMT_BGRA};
constexpr AVPixelFormat kRgb16[] = {AV_PIX_FMT_RGB48, AV_PIX_FMT_RGB48BE, AV_PIX_FMT_GBRP16,
                                    AV_PIX_FMT_GBRP12, AV_PIX_FMT_GBRP10};
constexpr AVPixelFormat kRgba8[] = {AV_PIX_FMT_RGBA, AV_PIX_FMT_BGRA, AV_PIX_FMT_GBRAP};
constexpr AVPixelFormat kRgba16[] = {AV_PIX_FMT_RGBA64, AV_PIX_FMT_RGBA64BE, AV_PIX_FMT_GBRAP16,
                                     AV_PIX_FMT_GBRAP12, AV_PIX_FMT_GBRAP10};
constexpr AVPixelFormat kYuv8[] = {AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, AV_PIX_FMT_YUV422P};
constexpr AVPixelFormat kYuv10[] = {AV_PIX_FMT_YUV420P10, AV_PIX_FMT_P010, AV_PIX_FMT_YUV422P10};
constexpr AVPixelFormat kYuva8[] = {AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUVA444P10,
                                    AV_PIX_FMT_YUVA444P};
constexpr AVPixelFormat kYuva10[] = {AV_PIX_FMT_YUVA444P10, AV_PIX_FMT_YUVA420P10};
constexpr AVPixelFormat kProres[] = {AV_PIX_FMT_YUV444P10};
constexpr AVPixelFormat kPalette[] = {AV_PIX_FMT_PAL8};

std::vector<Formats> preferences(const AVCodec& codec, const SinkFormat& format) {
    const bool deep = format.sample_type == SampleType::u16;
    const bool alpha = format.alpha != AlphaKind::none;
    if (codec.id == AV_CODEC_ID_GIF) return {kPalette};
    if (codec.id == AV_CODEC_ID_PRORES && !alpha) return {kProres};
    if (is_lossless_only(codec) || codec.id == AV_CODEC_ID_WEBP) {
        if (alpha)
            return deep ? std::vector<Formats>{kRgba16, kRgba8} : std::vector<Formats>{kRgba8};
        return deep ? std::vector<Formats>{kRgb16, kRgb8} : std::vector<Formats>{kRgb8};
    }
    const bool ten_bits = deep && (format.bits > 8 || plays_deep_colour(codec));
    if (alpha)
        return ten_bits ? std::vector<Formats>{kYuva10, kYuva8, kRgba8}
                        : std::vector<Formats>{kYuva8, kYuva10, kRgba8};
    return ten_bits ? std::vector<Formats>{kYuv10, kYuv8} : std::vector<Formats>{kYuv8, kRgb8};
}

bool is_device_format(AVPixelFormat format) {
    return (av_pix_fmt_desc_get(format)->flags & AV_PIX_FMT_FLAG_HWACCEL) != 0;
}

// The formats of our own memory that the encoder takes.
std::vector<AVPixelFormat> memory_formats(const AVCodec& codec) {
    std::vector<AVPixelFormat> list;
    for (const AVPixelFormat* f = codec.pix_fmts; f && *f != AV_PIX_FMT_NONE; ++f)
        if (!is_device_format(*f)) list.push_back(*f);
    return list;
}

AVPixelFormat choose_pixel_format(const AVCodec& codec, const SinkFormat& format) {
    const SampleType type = format.sample_type;
    const bool alpha = format.alpha != AlphaKind::none;
    if (format.depth) return AV_PIX_FMT_GRAY16;
    if (codec.id == AV_CODEC_ID_WRAPPED_AVFRAME)
        return type == SampleType::u16 ? AV_PIX_FMT_YUV420P10 : AV_PIX_FMT_YUV420P;
    const std::vector<AVPixelFormat> offered = memory_formats(codec);
    for (const Formats& formats : preferences(codec, format))
        for (const AVPixelFormat pixels : formats)
            if (std::ranges::find(offered, pixels) != offered.end()) return pixels;
    if (offered.empty())
        return type == SampleType::u16 && plays_deep_colour(codec) ? AV_PIX_FMT_P010
                                                                   : AV_PIX_FMT_NV12;
    std::vector<AVPixelFormat> terminated = offered;
    terminated.push_back(AV_PIX_FMT_NONE);
    return avcodec_find_best_pix_fmt_of_list(
        terminated.data(), alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24, alpha ? 1 : 0, nullptr);
}

// The key `pix_fmt` of --encoder-option is the ffmpeg command's own and no option of an encoder.
AVPixelFormat pixel_format_named(const AVCodec& codec, const std::string& name) {
    const AVPixelFormat format = av_get_pix_fmt(name.c_str());
    const std::vector<AVPixelFormat> offered = memory_formats(codec);
    if (format != AV_PIX_FMT_NONE && std::ranges::find(offered, format) != offered.end())
        return format;
    std::vector<std::string_view> names;
    for (const AVPixelFormat f : offered) names.emplace_back(av_get_pix_fmt_name(f));
    throw Error(ErrorCode::usage,
                fmt::format("{} takes no pixels of the kind '{}', only {}", codec.name, name,
                            fmt::join(names, ", ")),
                "--encoder-option pix_fmt");
}

struct KeyValue {
    std::string key;
    std::string value;
};

std::vector<KeyValue> parse_encoder_options(const std::vector<std::string>& texts) {
    std::vector<KeyValue> list;
    for (const std::string& text : texts) {
        const auto equals = text.find('=');
        if (equals == 0 || equals == std::string::npos)
            throw Error(ErrorCode::usage, fmt::format("'{}' is not of the form key=value", text),
                        "--encoder-option");
        list.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
    return list;
}

bool has_own_option(const AVCodec& codec, const char* key) {
    return codec.priv_class && av_opt_find(const_cast<AVClass**>(&codec.priv_class), key, nullptr,
                                           0, AV_OPT_SEARCH_FAKE_OBJ) != nullptr;
}

void set_option(AVCodecContext& context, const std::string& key, const std::string& value,
                const std::string& flag) {
    const Reasons reasons;
    const int result = av_opt_set(&context, key.c_str(), value.c_str(), AV_OPT_SEARCH_CHILDREN);
    if (result == AVERROR_OPTION_NOT_FOUND)
        throw Error(
            ErrorCode::usage,
            fmt::format("{0} has no option '{1}'; `ffmpeg -h encoder={0}` lists what it has",
                        context.codec->name, key),
            flag);
    check(result, ErrorCode::usage,
          fmt::format("{} does not take {}={}", context.codec->name, key, value), flag, &reasons);
}

void set_crf(AVCodecContext& context, double crf) {
    const AVCodec& codec = *context.codec;
    if (!has_own_option(codec, "crf"))
        throw Error(ErrorCode::usage,
                    fmt::format("{} has no constant rate factor; leave it out, or set what the "
                                "encoder has with --encoder-option",
                                codec.name),
                    "--crf");
    const Tuning* tuning = find_tuning(codec);
    const double max = tuning ? tuning->crf_max : 63;
    if (!(crf >= 0 && crf <= max))
        throw Error(
            ErrorCode::usage,
            fmt::format("'{}' is not a number from 0 to {}, as {} has it", crf, max, codec.name),
            "--crf");
    set_option(context, "crf", fmt::format("{}", crf), "--crf");
}

void set_preset(AVCodecContext& context, const std::string& preset) {
    const AVCodec& codec = *context.codec;
    if (!has_own_option(codec, "preset"))
        throw Error(ErrorCode::usage,
                    fmt::format("{} has no presets; {}", codec.name,
                                has_own_option(codec, "cpu-used")
                                    ? "--encoder-option cpu-used=N sets its speed"
                                    : "leave it out"),
                    "--preset");
    const bool x26x = std::string_view(codec.name).starts_with("libx26");
    if (x26x && std::ranges::find(kX26xPresets, std::string_view(preset)) == kX26xPresets.end())
        throw Error(ErrorCode::usage,
                    fmt::format("'{}' is none of {}'s presets: {}", preset, codec.name,
                                fmt::join(kX26xPresets, ", ")),
                    "--preset");
    set_option(context, "preset", preset, "--preset");
}

// Encoders that we do not know by name start from FFmpeg's 200 kbit/s, which no picture survives.
void set_generic_quality(AVCodecContext& context) {
    const double pixels_per_second =
        static_cast<double>(context.width) * context.height * av_q2d(context.framerate);
    context.bit_rate = static_cast<std::int64_t>(0.25 * pixels_per_second);
}

void apply_options(AVCodecContext& context, const EncoderOptions& options,
                   const std::vector<KeyValue>& own) {
    const AVCodec& codec = *context.codec;
    const bool rate_is_chosen = std::ranges::any_of(own, [](const KeyValue& option) {
        return std::ranges::find(kRateKeys, option.key) != kRateKeys.end();
    });
    if (const Tuning* tuning = find_tuning(codec)) {
        for (const auto& [key, value] : tuning->settings)
            set_option(context, key, value, codec.name);
        if (tuning->crf != kNoCrf && !options.crf && !rate_is_chosen) set_crf(context, tuning->crf);
    } else if (!is_lossless_only(codec) && !options.crf && !rate_is_chosen) {
        set_generic_quality(context);
    }
    if (options.crf) set_crf(context, *options.crf);
    if (!options.preset.empty()) set_preset(context, options.preset);
    for (const auto& [key, value] : own)
        if (key != "pix_fmt") set_option(context, key, value, "--encoder-option");
}

// FFmpeg hands x265 all its own settings in one option, which a person's words replace.
void complete_x265_settings(AVCodecContext& context, const FilmColour& colour) {
    constexpr const char* kOption = "x265-params";
    if (std::string_view(context.codec->name) != "libx265") return;
    std::uint8_t* text = nullptr;
    av_opt_get(&context, kOption, AV_OPT_SEARCH_CHILDREN, &text);
    const AvMemory<std::uint8_t> owner(text);
    std::string settings = text ? reinterpret_cast<const char*>(text) : "";
    if (settings.find("log-level") == std::string::npos)
        settings += settings.empty() ? "log-level=none" : ":log-level=none";
    set_option(context, kOption, settings + light_for_x265(colour), context.codec->name);
}

void check_container(const AVCodec& codec, const AVOutputFormat& muxer, const std::string& file) {
    if (avformat_query_codec(&muxer, codec.id, FF_COMPLIANCE_NORMAL) == 1) return;
    throw Error(ErrorCode::unsupported,
                fmt::format("this kind of file cannot hold {} ({}); .mkv holds every codec",
                            avcodec_get_name(codec.id), codec.name),
                file);
}

void check_alpha(const AVCodec& codec, AVPixelFormat format, const AVOutputFormat& muxer,
                 const std::string& file) {
    if (!has_alpha(format))
        throw Error(ErrorCode::unsupported,
                    fmt::format("{} keeps no alpha; {}", codec.name, kAlphaHint), file);
    // VP8 and VP9 know no alpha themselves: it is a second film in Matroska's block additions.
    const std::string_view container = muxer.name;
    const bool second_film = codec.id == AV_CODEC_ID_VP9 || codec.id == AV_CODEC_ID_VP8;
    if (second_film && container != "webm" && container != "matroska")
        throw Error(ErrorCode::unsupported,
                    fmt::format("{} keeps alpha in .webm and .mkv only", codec.name), file);
}

void check_size(Size size, AVPixelFormat format, const AVCodec& codec, const std::string& file) {
    const AVPixFmtDescriptor& pixels = *av_pix_fmt_desc_get(format);
    if (size.width < 1 || size.height < 1)
        throw Error(ErrorCode::usage, fmt::format("{}×{} is no size", size.width, size.height),
                    file);
    const bool odd_width = pixels.log2_chroma_w > 0 && size.width % 2 != 0;
    const bool odd_height = pixels.log2_chroma_h > 0 && size.height % 2 != 0;
    if (!odd_width && !odd_height) return;
    const Size even = even_size(size);
    throw Error(
        ErrorCode::unsupported,
        fmt::format("{}×{} has an odd side, which {} in {} cannot hold; make it {}×{}", size.width,
                    size.height, codec.name, pixels.name, even.width, even.height),
        file);
}

// SVT-AV1 writes its banner to standard error unless the environment says otherwise.
void silence_svt() {
    static std::once_flag once;
    std::call_once(once, [] { ::setenv("SVT_LOG", "1", 0); });
}

// VAAPI and its like take frames that lie in the device's memory only.
void open_device(AVCodecContext& context, AVPixelFormat pixels) {
    const AVCodec& codec = *context.codec;
    if (!memory_formats(codec).empty() || codec.pix_fmts == nullptr) return;
    for (int i = 0;; ++i) {
        const AVCodecHWConfig* config = avcodec_get_hw_config(&codec, i);
        if (config == nullptr)
            throw Error(ErrorCode::unsupported,
                        fmt::format("{} takes no frames from memory", codec.name), "--codec");
        if (!(config->methods & AV_CODEC_HW_CONFIG_METHOD_HW_FRAMES_CTX)) continue;

        const Reasons reasons;
        AVBufferRef* device = nullptr;
        check(av_hwdevice_ctx_create(&device, config->device_type, nullptr, nullptr, 0),
              ErrorCode::device,
              fmt::format("{} needs a {} device", codec.name,
                          av_hwdevice_get_type_name(config->device_type)),
              "--codec", &reasons);
        AVBufferRef* pool = av_hwframe_ctx_alloc(device);
        av_buffer_unref(&device);
        if (!pool) throw std::bad_alloc();
        context.hw_frames_ctx = pool;
        auto& frames = *reinterpret_cast<AVHWFramesContext*>(pool->data);
        frames.format = config->pix_fmt;
        frames.sw_format = pixels;
        frames.width = context.width;
        frames.height = context.height;
        frames.initial_pool_size = 20;
        check(av_hwframe_ctx_init(pool), ErrorCode::device,
              fmt::format("{} gets no memory on its device", codec.name), "--codec", &reasons);
        context.pix_fmt = config->pix_fmt;
        return;
    }
}

void describe_frames(AVCodecContext& context, const SinkFormat& format, AVPixelFormat pixels) {
    const ColourTags tags = colour_tags(pixels, format.colour);
    context.width = format.size.width;
    context.height = format.size.height;
    context.pix_fmt = pixels;
    context.framerate = to_av(format.fps);
    context.time_base = to_av(clock_of(format));
    context.sample_aspect_ratio = to_av(format.sample_aspect);
    context.color_primaries = tags.primaries;
    context.color_trc = tags.transfer;
    context.colorspace = tags.matrix;
    context.color_range = tags.range;
    context.chroma_sample_location = tags.chroma;
    context.thread_count = format.threads;
    context.flags |= AV_CODEC_FLAG_BITEXACT;  // no version numbers in the file
}

}  // namespace

const AVCodec& find_encoder(const std::string& name) {
    const AVCodec* codec = nullptr;
    for (const ShortName& entry : kShortNames) {
        if (entry.name != name) continue;
        for (const char* encoder : entry.encoders)
            if (encoder && !codec) codec = avcodec_find_encoder_by_name(encoder);
    }
    if (!codec) codec = avcodec_find_encoder_by_name(name.c_str());
    if (!codec)
        if (const AVCodecDescriptor* description = avcodec_descriptor_get_by_name(name.c_str()))
            codec = avcodec_find_encoder(description->id);
    if (!codec || codec->type != AVMEDIA_TYPE_VIDEO)
        throw Error(ErrorCode::unsupported,
                    fmt::format("'{}' is no film encoder of this build of FFmpeg; try h264, h265, "
                                "vp9, av1, prores, ffv1 or a name from `ffmpeg -encoders`",
                                name),
                    "--codec");
    return *codec;
}

Encoder open_encoder(const SinkFormat& format, std::string_view default_codec,
                     const AVOutputFormat& muxer, const std::string& file) {
    const EncoderOptions& options = format.encoder;
    const AVCodec& codec =
        find_encoder(options.codec.empty() ? std::string(default_codec) : options.codec);
    check_container(codec, muxer, file);
    if (format.depth && codec.id != AV_CODEC_ID_FFV1)
        throw Error(ErrorCode::unsupported,
                    fmt::format("{} does not keep depth without loss; leave it out, or take ffv1",
                                codec.name),
                    "--codec");

    const bool alpha = format.alpha != AlphaKind::none;
    const std::vector<KeyValue> own = parse_encoder_options(options.encoder_options);
    AVPixelFormat pixels = choose_pixel_format(codec, format);
    for (const auto& [key, value] : own)
        if (key == "pix_fmt") pixels = pixel_format_named(codec, value);
    if (alpha) check_alpha(codec, pixels, muxer, file);
    check_size(format.size, pixels, codec, file);

    CodecHandle context(avcodec_alloc_context3(&codec));
    if (!context) throw std::bad_alloc();
    describe_frames(*context, format, pixels);
    if (muxer.flags & AVFMT_GLOBALHEADER) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    // libvpx cannot hide frames in a film that has another one for its alpha.
    if (alpha && has_own_option(codec, "auto-alt-ref"))
        set_option(*context, "auto-alt-ref", "0", codec.name);
    if (format.size.area() > kLargeFrame && has_own_option(codec, "rc-lookahead"))
        set_option(*context, "rc-lookahead", kLargeFrameLookahead, codec.name);
    apply_options(*context, options, own);
    complete_x265_settings(*context, format.colour);
    open_device(*context, pixels);

    if (std::string_view(codec.name) == "libsvtav1") silence_svt();
    const Reasons reasons;
    check(avcodec_open2(context.get(), &codec, nullptr),
          is_hardware(codec) ? ErrorCode::device : ErrorCode::unsupported,
          fmt::format("{} does not open", codec.name), file, &reasons);
    return {.context = std::move(context), .pixel_format = pixels};
}

}  // namespace diorama::video

namespace diorama {

const std::vector<Field<EncoderOptions>>& EncoderOptions::fields() {
    static const std::vector<Field<EncoderOptions>> list{
        field("codec", &EncoderOptions::codec, {.placeholder = "NAME"},
              "h264, h265, vp9, av1, prores, ffv1, or any encoder that FFmpeg has by its name"),
        field("crf", &EncoderOptions::crf, {.min = 0, .max = 63},
              "quality of encoders that have a constant rate factor; lower is better and larger"),
        field("preset", &EncoderOptions::preset, {.placeholder = "NAME"},
              "speed of encoders that have presets: ultrafast to placebo, or a number"),
        field("encoder-option", &EncoderOptions::encoder_options, {.placeholder = "KEY=VALUE"},
              "a setting of the encoder as FFmpeg knows it, or pix_fmt=NAME; may be repeated"),
    };
    return list;
}

}  // namespace diorama
