#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/temporary_file.h"
#include "video/codec.h"

namespace diorama::video {

// One kind of file that holds moving pictures.
struct Container {
    const char* muxer;
    const char* default_codec;
    std::vector<std::pair<const char*, std::string>> muxer_options{};
};

// Encodes and multiplexes frames into a file that takes its place only in finish().
class FilmWriter {
 public:
    // Throws Error: usage, unsupported, unwritable, device.
    FilmWriter(const std::filesystem::path& file, const SinkFormat& format,
               const Container& container);
    ~FilmWriter();
    FilmWriter(const FilmWriter&) = delete;
    FilmWriter& operator=(const FilmWriter&) = delete;

    // What frames must look like.
    [[nodiscard]] AVPixelFormat pixel_format() const { return encoder_.pixel_format; }
    // `tick` counts the format's clock and grows from call to call. Throws Error: unwritable.
    void write(AVFrame& frame, std::int64_t tick);
    // The file ends at `end`. Throws Error: unwritable.
    void finish(std::int64_t end);

 private:
    void encode(AVFrame* frame);
    void write_packet(AVPacket* packet);
    void throw_if_io_failed(int av_result, std::string_view what, const Reasons& reasons) const;

    std::string name_;
    Encoder encoder_;
    core::TemporaryFile file_;
    std::unique_ptr<AVFormatContext, FreeBy<avformat_free_context>> muxer_;
    AVStream* stream_ = nullptr;
    PacketHandle packet_;
    FramePacking packing_;
    std::int64_t frame_ticks_ = 1;  // of one frame of the rate
    std::int64_t last_tick_ = 0;
};

}  // namespace diorama::video
