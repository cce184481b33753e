#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// The border to FFmpeg: handles that free themselves, and its error codes as diorama::Error.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "diorama/error.h"
#include "diorama/video.h"

namespace diorama::video {

template <auto kFree>
struct FreeBy {
    template <class T>
    void operator()(T* handle) const {
        kFree(handle);
    }
};
// FFmpeg's functions that free a handle and set the caller's pointer to null.
template <auto kFree>
struct FreeByPointer {
    template <class T>
    void operator()(T* handle) const {
        kFree(&handle);
    }
};

using FrameHandle = std::unique_ptr<AVFrame, FreeByPointer<av_frame_free>>;
using PacketHandle = std::unique_ptr<AVPacket, FreeByPointer<av_packet_free>>;
using CodecHandle = std::unique_ptr<AVCodecContext, FreeByPointer<avcodec_free_context>>;
using ScalerHandle = std::unique_ptr<SwsContext, FreeBy<sws_freeContext>>;
using FilterGraphHandle = std::unique_ptr<AVFilterGraph, FreeByPointer<avfilter_graph_free>>;
using InputHandle = std::unique_ptr<AVFormatContext, FreeByPointer<avformat_close_input>>;
using IoHandle = std::unique_ptr<AVIOContext, FreeByPointer<avio_closep>>;

template <class T>
using AvMemory = std::unique_ptr<T, FreeBy<av_free>>;

[[nodiscard]] FrameHandle make_frame();
// A frame with pixels of its own, aligned and padded as FFmpeg's vector code wants them.
[[nodiscard]] FrameHandle make_frame(Size size, AVPixelFormat format);
[[nodiscard]] PacketHandle make_packet();
// The filters that FFmpeg's language for them describes. Throws Error: unsupported, "what: why".
[[nodiscard]] FilterGraphHandle make_filters(const std::string& description, std::string_view what);

// Standard input or output in place of a file.
constexpr const char* kStandardStream = "-";

// The file's name as FFmpeg takes it: never as a protocol or a pattern.
[[nodiscard]] std::string url_of(const std::filesystem::path& file);

[[nodiscard]] inline AVRational to_av(Rational value) {
    return {static_cast<int>(value.num), static_cast<int>(value.den)};
}

// Hands one of FFmpeg's descriptions of a stream over to the stream.
void attach_bytes(AVStream& stream, AVPacketSideDataType type, AvMemory<std::uint8_t> data,
                  std::size_t size);
template <class T>
void attach(AVStream& stream, AVPacketSideDataType type, AvMemory<T> data, std::size_t size) {
    if (!data) throw std::bad_alloc();
    attach_bytes(stream, type,
                 AvMemory<std::uint8_t>(reinterpret_cast<std::uint8_t*>(data.release())), size);
}

// FFmpeg and the encoders under it tell their reasons only in log lines. While a Reasons lives, the
// error lines of its thread are kept instead of printed. FFmpeg's own log is silent for the whole
// process from the first Reasons on: what matters in it reaches the user as an Error.
class Reasons {
 public:
    Reasons();
    ~Reasons();
    Reasons(const Reasons&) = delete;
    Reasons& operator=(const Reasons&) = delete;

    // The lines so far as one line, without repeats; empty if there were none.
    [[nodiscard]] std::string text() const;

 private:
    friend void keep_log_line(void*, int, const char*, va_list);
    std::string lines_;
    Reasons* outer_ = nullptr;
};

// FFmpeg's words for one of its error codes.
[[nodiscard]] std::string describe(int av_error);

// Throws Error with `code`: "what: the reasons, or FFmpeg's words for the error", if there is one.
void check(int av_result, ErrorCode code, std::string_view what, const std::string& context,
           const Reasons* reasons = nullptr);

}  // namespace diorama::video
