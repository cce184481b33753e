#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
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

// Where the bytes of a film are: in the file itself, or, of standard input ("-"), in one that is
// kept and has no name. Throws Error: unwritable, where it cannot be kept.
[[nodiscard]] std::filesystem::path find_bytes(const std::filesystem::path& film);

}  // namespace diorama::video
