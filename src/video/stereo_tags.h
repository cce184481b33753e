#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What a film says of the two views in its frames: Matroska's StereoMode and Projection, st3d and
// sv3d in MP4, and H.264's frame packing message, each where FFmpeg writes it.

#include "video/ffmpeg.h"

namespace diorama::video {

// Whether players learn packing and projection of `format` from a film of this muxer and encoder.
[[nodiscard]] bool is_told(const SinkFormat& format, const AVOutputFormat& muxer,
                           const AVCodec& encoder);

// Leaves out what the muxer cannot hold. Called before the header is written.
void tag_container(const SinkFormat& format, AVFormatContext& muxer, AVStream& stream);

// x264 makes its frame packing message of this.
void tag_frame(FramePacking packing, AVFrame& frame);

// What the container says of the stream; `none` where it says nothing.
[[nodiscard]] FramePacking read_packing(const AVStream& stream);

}  // namespace diorama::video
