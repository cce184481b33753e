#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <optional>

#include "diorama/video.h"

namespace diorama::video {

// What a FilmReader reads from.
class FrameSource {
 public:
    virtual ~FrameSource() = default;
    [[nodiscard]] virtual const FilmInfo& info() const = 0;
    virtual std::optional<FilmFrame> next() = 0;
    virtual void seek(Seconds time) = 0;
};

}  // namespace diorama::video
