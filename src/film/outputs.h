#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// The files of a segment, and the film that they become.

#include <filesystem>
#include <memory>
#include <vector>

#include "diorama/video.h"
#include "film/parts_folder.h"
#include "film/render.h"

namespace diorama::film {

// What is made: a film, an animation, or a numbered sequence of pictures.
struct Output {
    std::filesystem::path file{};
    SinkFormat format{};
};

class SegmentSink : public DrawnSink {
 public:
    // Throws Error: unwritable. The segment's files, whole; without it none stays.
    [[nodiscard]] virtual std::vector<std::filesystem::path> finish() = 0;
};

// `plan` must outlive the sink. Throws Error as open_sink().
[[nodiscard]] std::unique_ptr<SegmentSink> open_segment(const Output& output,
                                                        const PartsFolder& folder,
                                                        std::size_t segment, const Plan& plan);

// Puts the film in place, made of the first `segments` of the folder, with the tracks of its input.
// Throws Error: unwritable, mismatch, unreadable.
void join(const std::filesystem::path& film, const PartsFolder& folder, std::size_t segments,
          const RunContext& run);

}  // namespace diorama::film
