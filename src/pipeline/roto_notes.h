#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <vector>

#include "film/stage.h"
#include "pipeline/palettes.h"

namespace diorama::pipeline {

// What is known of a drawn frame besides its tones, kept in a small file until the whole film is
// drawn.
struct FrameNote {
    double time_s = 0;  // on the input's clock
    bool starts_scene = false;
    ToneColours colours{};
};

// Throws Error: unwritable.
void write_note(const std::filesystem::path& folder, std::int64_t number, const FrameNote& note);
// Throws Error: unreadable.
[[nodiscard]] FrameNote read_note(const std::filesystem::path& file);
// Those of all frames from 0 on, as many as there are. Throws Error: unreadable.
[[nodiscard]] std::vector<FrameNote> read_notes(const std::filesystem::path& folder);

}  // namespace diorama::pipeline
