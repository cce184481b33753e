#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "core/temporary_file.h"
#include "diorama/film_tracks.h"
#include "video/sinks.h"
#include "video/stereo_tags.h"

namespace diorama {
namespace fs = std::filesystem;
namespace {

const std::map<std::string, OutputKind>& kinds() {
    using enum OutputKind;
    static const std::map<std::string, OutputKind> map{
        {".png", picture},    {".jpg", picture},    {".jpeg", picture}, {".tif", picture},
        {".exr", picture},    {".tiff", picture},   {".bmp", picture},  {".mp4", film},
        {".mkv", film},       {".mov", film},       {".webm", film},    {".gif", animation},
        {".apng", animation}, {".webp", animation}, {".ora", layered},
    };
    return map;
}

// MP4 is cut into parts in NUT, whose clock is as fine as MP4's own; other films in their own kind.
// The parts of what can only be encoded as a whole are kept without loss.
video::Container part_container(const fs::path& film, const SinkFormat& format) {
    if (video::is_encoded_as_a_whole(film, format)) return {"matroska", "ffv1"};
    const video::Container whole = video::container_of(film, format);
    const std::string_view name = whole.muxer;
    if (name == "matroska" || name == "webm")
        return {"matroska", whole.default_codec, {}, whole.muxer};
    return {"nut", whole.default_codec, {{"avoid_negative_ts", "disabled"}}, whole.muxer};
}

void check_format(const SinkFormat& format, const fs::path& file) {
    constexpr auto kMax = std::numeric_limits<int>::max();
    if (format.fps.num <= 0 || format.fps.den <= 0 || format.fps.num > kMax ||
        format.fps.den > kMax)
        throw Error(
            ErrorCode::usage,
            fmt::format("{}/{} frames a second is no frame rate", format.fps.num, format.fps.den),
            file.string());
    if (format.loop < 0 || format.loop > 65535)
        throw Error(ErrorCode::usage, fmt::format("cannot be played {} times", format.loop),
                    file.string());
    if (format.size.width < 1 || format.size.height < 1)
        throw Error(ErrorCode::usage,
                    fmt::format("{}×{} is no size", format.size.width, format.size.height),
                    file.string());
    validate(format.encoder);
}

}  // namespace

std::unique_ptr<FrameSink> open_sink(const fs::path& file, const SinkFormat& format) {
    check_format(format, file);
    if (file != video::kStandardStream) core::require_writable(file);
    if (video::is_sequence_pattern(file)) return video::open_sequence_sink(file, format);
    if (core::ending_of(file) == ".gif") return video::open_gif_sink(file, format);
    return video::open_film_sink(file, format, video::container_of(file, format));
}

std::unique_ptr<FrameSink> open_part(const fs::path& part, const fs::path& film,
                                     const SinkFormat& format) {
    check_format(format, film);
    core::require_writable(part);
    return video::open_film_sink(part, format, part_container(film, format));
}

bool tells_views(const fs::path& file, const SinkFormat& format) {
    if (format.packing == FramePacking::none && format.projection == Projection::flat) return true;
    if (output_kind(file) != OutputKind::film) return false;
    const video::Container container = video::container_of(file, format);
    const AVOutputFormat* muxer = av_guess_format(container.muxer, nullptr, nullptr);
    const std::string& codec = format.encoder.codec;
    return muxer &&
           video::is_told(format, *muxer,
                          video::find_encoder(codec.empty() ? container.default_codec : codec));
}

OutputKind output_kind(const fs::path& file) {
    if (video::is_sequence_pattern(file)) return OutputKind::sequence;
    if (file == video::kStandardStream) return OutputKind::film;
    const auto found = kinds().find(core::ending_of(file));
    return found == kinds().end() ? OutputKind::other : found->second;
}

Size even_size(Size size) {
    const auto even = [](int side) { return std::max(2, side - side % 2); };
    return {even(size.width), even(size.height)};
}

namespace video {
namespace {

// YUV4MPEG is what most programs take, but has neither codecs nor alpha.
Container pipe_container(const SinkFormat& format) {
    if (!format.encoder.codec.empty()) return {"nut", "h264"};
    if (format.alpha != AlphaKind::none) return {"nut", "ffv1"};
    return {"yuv4mpegpipe", "wrapped_avframe", {{"strict", "unofficial"}}};
}

}  // namespace

bool is_encoded_as_a_whole(const fs::path& film, const SinkFormat& format) {
    return output_kind(film) == OutputKind::animation ||
           (film == kStandardStream &&
            std::string_view(pipe_container(format).muxer) == "yuv4mpegpipe");
}

Container container_of(const fs::path& file, const SinkFormat& format) {
    const std::string ending = core::ending_of(file);
    if (format.depth) {
        if (ending == ".mkv") return {"matroska", "ffv1"};
        throw Error(ErrorCode::unsupported, "cannot hold a film of depth without loss; take .mkv",
                    file.string());
    }
    if (file == kStandardStream) return pipe_container(format);
    // H.264 knows no alpha; these are what editors take instead. Players take its 8 bits alone.
    const bool alpha = format.alpha != AlphaKind::none;
    const char* const usual = format.bits > 8 ? "h265" : "h264";
    if (ending == ".mp4") return {"mp4", usual, {{"movflags", "+faststart"}}};
    if (ending == ".mov") return {"mov", alpha ? "prores" : usual, {{"movflags", "+faststart"}}};
    if (ending == ".mkv") return {"matroska", alpha ? "ffv1" : usual};
    if (ending == ".webm") return {"webm", "vp9"};
    if (ending == ".apng") return {"apng", "apng", {{"plays", std::to_string(format.loop)}}};
    if (ending == ".webp") return {"webp", "libwebp_anim", {{"loop", std::to_string(format.loop)}}};
    if (output_kind(file) == OutputKind::picture)
        throw Error(ErrorCode::usage,
                    fmt::format("is one picture, not a film; '{}_%04d{}' makes a numbered sequence",
                                file.stem().string(), ending),
                    file.string());
    throw Error(ErrorCode::unsupported,
                "has no ending of a film; take .mp4, .mkv, .mov, .webm, .gif, .apng, .webp or a "
                "sequence like name_%04d.png",
                file.string());
}

void throw_no_frames(const fs::path& file) {
    throw Error(ErrorCode::usage, "a film without frames", file.string());
}

}  // namespace video
}  // namespace diorama
