#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Which tracks of a source go along into another kind of file, and how.

#include <string>
#include <vector>

#include "video/ffmpeg.h"

namespace diorama::video {

enum class Passage { copied, converted, attached, lost };

struct TrackPlan {
    const AVStream* stream = nullptr;
    Passage passage = Passage::copied;
    AVCodecID codec = AV_CODEC_ID_NONE;  // that it has then
    std::string words{};                 // "audio 1 (aac, eng)"
    std::string warning{};               // what is converted or lost, and why
};

// One plan for each track of the source but the pictures themselves and what they make anew.
[[nodiscard]] std::vector<TrackPlan> plan_tracks(const AVFormatContext& source,
                                                 const AVStream& pictures,
                                                 const AVOutputFormat& muxer);

}  // namespace diorama::video
