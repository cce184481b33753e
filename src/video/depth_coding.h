#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <optional>

#include "video/ffmpeg.h"

namespace diorama::video {

// The coding of a film of depth stands among the descriptions of its stream.
void tag_depth_coding(const DepthCoding& coding, AVStream& stream);
[[nodiscard]] std::optional<DepthCoding> read_depth_coding(const AVStream& stream);

}  // namespace diorama::video
