#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Which encoder writes a film, with which pixels and settings.

#include <string_view>

#include "video/ffmpeg.h"

namespace diorama::video {

// The encoder that a person means by `name`: our short names (h264, h265, hevc, vp9, av1, prores,
// ffv1), an encoder's or a codec's name in FFmpeg. Throws Error: unsupported.
[[nodiscard]] const AVCodec& find_encoder(const std::string& name);

// An opened encoder for the frames of `format` in a container of kind `muxer`. Where it takes only
// frames in the memory of a device, `device_frames` holds their pool.
struct Encoder {
    CodecHandle context{};
    AVPixelFormat pixel_format = AV_PIX_FMT_NONE;  // of the frames in our memory
};

// `codec` is used where the options name none; `file` is for messages.
// Throws Error: usage, unsupported, device.
[[nodiscard]] Encoder open_encoder(const SinkFormat& format, std::string_view default_codec,
                                   const AVOutputFormat& muxer, const std::string& file);

}  // namespace diorama::video
