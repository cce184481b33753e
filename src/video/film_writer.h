#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <string>

#include "video/codec.h"
#include "video/film_file.h"

namespace diorama::video {

// Encodes frames into a film of its own, or into a part of one.
class FilmWriter {
 public:
    // Throws Error: usage, unsupported, unwritable, device.
    FilmWriter(const std::filesystem::path& file, const SinkFormat& format,
               const Container& container);

    // What frames must look like.
    [[nodiscard]] AVPixelFormat pixel_format() const { return encoder_.pixel_format; }
    // `tick` counts the format's clock and grows from call to call. Throws Error: unwritable.
    void write(AVFrame& frame, std::int64_t tick);
    // The film ends at `end`. Throws Error: unwritable.
    void finish(std::int64_t end);

 private:
    void encode(AVFrame* frame);

    std::string name_;
    Encoder encoder_;
    FilmFile file_;
    AVStream& stream_;
    PacketHandle packet_;
    FramePacking packing_;
    std::int64_t frame_ticks_ = 1;  // of one frame of the rate
    std::int64_t last_tick_ = 0;
};

// What players learn of the pictures from the container, for an encoder's own stream or a copy of
// one. `stream` has the encoder's parameters.
void describe_pictures(const SinkFormat& format, AVFormatContext& muxer, AVStream& stream);

}  // namespace diorama::video
