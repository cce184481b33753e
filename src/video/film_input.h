#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>

#include "video/ffmpeg.h"

namespace diorama::video {

// A film that is open for reading. The file outlives what reads from it.
struct FilmInput {
    IoHandle io{};
    InputHandle film{};
};

// Throws Error: not_found, unreadable, unsupported.
[[nodiscard]] FilmInput open_film(const std::filesystem::path& file);
// The same without decoding anything: what only the pictures tell stays unknown.
[[nodiscard]] FilmInput open_film_header(const std::filesystem::path& file);

// Throws Error: unreadable, where there are none.
[[nodiscard]] AVStream& find_picture_stream(AVFormatContext& film,
                                            const std::filesystem::path& file);

}  // namespace diorama::video
