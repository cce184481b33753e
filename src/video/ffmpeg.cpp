#include "video/ffmpeg.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdarg>
#include <mutex>
#include <new>

namespace diorama::video {
namespace {

thread_local Reasons* innermost_reasons = nullptr;

}  // namespace

// FFmpeg calls this for every log line, from any thread.
void keep_log_line(void* source, int level, const char* format, va_list arguments) {
    Reasons* reasons = innermost_reasons;
    if (reasons == nullptr || level > AV_LOG_ERROR || reasons->lines_.size() > 1000) return;
    char line[512];
    int print_prefix = 0;
    av_log_format_line2(source, level, format, arguments, line, sizeof line, &print_prefix);
    if (reasons->lines_.find(line) == std::string::npos) reasons->lines_ += line;
}

Reasons::Reasons() : outer_(innermost_reasons) {
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_callback(keep_log_line); });
    innermost_reasons = this;
}

Reasons::~Reasons() {
    innermost_reasons = outer_;
}

std::string Reasons::text() const {
    std::string text;
    for (const char c : lines_) {
        const bool control = static_cast<unsigned char>(c) < ' ';
        if (!control)
            text += c;
        else if (!text.empty() && !text.ends_with("; "))
            text += "; ";
    }
    while (text.ends_with(' ') || text.ends_with(';') || text.ends_with('.')) text.pop_back();
    return text;
}

FrameHandle make_frame() {
    FrameHandle frame(av_frame_alloc());
    if (!frame) throw std::bad_alloc();
    return frame;
}

FrameHandle make_frame(Size size, AVPixelFormat format) {
    FrameHandle frame = make_frame();
    frame->width = size.width;
    frame->height = size.height;
    frame->format = format;
    if (av_frame_get_buffer(frame.get(), 0) < 0) throw std::bad_alloc();
    return frame;
}

PacketHandle make_packet() {
    PacketHandle packet(av_packet_alloc());
    if (!packet) throw std::bad_alloc();
    return packet;
}

FilterGraphHandle make_filters(const std::string& description, std::string_view what) {
    FilterGraphHandle graph(avfilter_graph_alloc());
    if (!graph) throw std::bad_alloc();
    const Reasons reasons;
    AVFilterInOut* open_inputs = nullptr;
    AVFilterInOut* open_outputs = nullptr;
    const int parsed =
        avfilter_graph_parse2(graph.get(), description.c_str(), &open_inputs, &open_outputs);
    avfilter_inout_free(&open_inputs);
    avfilter_inout_free(&open_outputs);
    check(parsed, ErrorCode::unsupported, what, {}, &reasons);
    check(avfilter_graph_config(graph.get(), nullptr), ErrorCode::unsupported, what, {}, &reasons);
    return graph;
}

void attach_bytes(AVStream& stream, AVPacketSideDataType type, AvMemory<std::uint8_t> data,
                  std::size_t size) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    AVCodecParameters& parameters = *stream.codecpar;
    if (!av_packet_side_data_add(&parameters.coded_side_data, &parameters.nb_coded_side_data, type,
                                 data.get(), size, 0))
        throw std::bad_alloc();
#else
    if (av_stream_add_side_data(&stream, type, data.get(), size) < 0) throw std::bad_alloc();
#endif
    (void)data.release();
}

std::string url_of(const std::filesystem::path& file) {
    return "file:" + file.string();
}

std::string describe(int av_error) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(av_error, text, sizeof text);
    return text;
}

void check(int av_result, ErrorCode code, std::string_view what, const std::string& context,
           const Reasons* reasons) {
    if (av_result >= 0) return;
    if (av_result == AVERROR(ENOMEM)) throw std::bad_alloc();
    std::string why = reasons ? reasons->text() : std::string();
    if (why.empty()) why = describe(av_result);
    throw Error(code, fmt::format("{}: {}", what, why), context);
}

}  // namespace diorama::video
