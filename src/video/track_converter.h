#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <functional>
#include <memory>

#include "video/ffmpeg.h"

namespace diorama::video {

// Sound or subtitles decoded and encoded as another codec.
class TrackConverter {
 public:
    // Gets packets whose times are in clock().
    using Take = std::function<void(AVPacket& packet)>;

    virtual ~TrackConverter() = default;
    // Packets of the source have its stream's clock.
    virtual void convert(AVPacket& packet, const Take& take) = 0;
    virtual void finish(const Take& take) = 0;
    [[nodiscard]] virtual const AVCodecContext& encoder() const = 0;
};

// `muxer` decides where an encoder puts its headers. Throws Error: unsupported.
[[nodiscard]] std::unique_ptr<TrackConverter> convert_audio(const AVStream& source, AVCodecID codec,
                                                            const AVOutputFormat& muxer);
[[nodiscard]] std::unique_ptr<TrackConverter> convert_subtitles(const AVStream& source,
                                                                AVCodecID codec);

}  // namespace diorama::video
