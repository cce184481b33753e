#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/video/README.md

// A film that is made in parts, and what goes along from the film that it is made of: sound,
// subtitles, chapters, attachments and descriptions.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/run.h"
#include "diorama/video.h"

namespace diorama {

// What becomes of a source's tracks in another film, told before the work begins.
struct CarriedOver {
    std::vector<std::string> tracks{};    // "audio 1 (aac, eng)": each that goes along
    std::vector<std::string> warnings{};  // what is converted or lost and why, a line each
};

// `film` need not exist; its ending decides. Sources that are no film files ("-", sequences) have
// no tracks. Throws Error: as FilmReader.
[[nodiscard]] DIORAMA_API CarriedOver carried_over(const std::filesystem::path& source,
                                                   const std::filesystem::path& film);

// One part of `film`, encoded as the whole is, so that parts can be joined without encoding again
// (a GIF's, APNG's or WebP's are lossless instead, as those are encoded over all frames at once).
// Times given to write_at() count from the film's first frame, not from the part's. The file may
// have any ending. Throws Error: as open_sink().
[[nodiscard]] DIORAMA_API std::unique_ptr<FrameSink> open_part(const std::filesystem::path& part,
                                                               const std::filesystem::path& film,
                                                               const SinkFormat& format);

struct FilmParts {
    std::vector<std::filesystem::path> parts{};  // in the film's order
    SinkFormat format{};                         // that they were opened with
    Seconds duration{0};                         // when the last frame ends; 0: after 1/fps
    // Whose tracks go along; empty: none. `start` is the film's first frame in the time of
    // FilmReader; where the film is the source's whole length, sound may outlast the pictures.
    std::filesystem::path source{};
    Seconds start{0};
    bool trimmed = false;  // tracks end with the pictures
};

// Writes `film` of parts from open_part(), byte for byte the same however often it is done, with
// all tracks of the source that its kind of file can hold, by copy where it can and converted where
// not. Throws Error: unreadable, mismatch (parts that were encoded differently), unwritable.
DIORAMA_API void join_films(const std::filesystem::path& film, const FilmParts& parts,
                            const RunContext& run = {});

}  // namespace diorama
