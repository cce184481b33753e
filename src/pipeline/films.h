#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <optional>

#include "diorama/jobs.h"
#include "pipeline/sizes.h"

namespace diorama::pipeline {

// A film that a photo becomes: where it goes, its length and form.
struct FilmTarget {
    std::filesystem::path output{};
    FilmOptions film{};
    EncoderOptions encoder{};
    std::optional<Seconds> preview{};  // one frame as a picture instead
    AlphaKind alpha = AlphaKind::none;
};

// Throws Error: usage, unsupported or unwritable where the output cannot be such a film.
void check_output(const FilmTarget& target);

// What a target comes to once the photo's size is known.
struct FilmPlan {
    Size size{};
    Rational fps{};
    int frames_a_loop = 0;
    int frames = 0;
};

// Films that every player shows have even sides and, as H.264, at most so many pixels: a photo that
// is too large is made smaller, with a warning. Throws Error: usage.
[[nodiscard]] FilmPlan plan_film(const FilmTarget& target, Size photo, const RunContext& run);

// 16 bits are kept where the output can hold more than 8 and players expect it.
[[nodiscard]] SampleType sample_type_of(const FilmTarget& target, SampleType photo);

[[nodiscard]] SinkFormat sink_format(const FilmTarget& target, const FilmPlan& plan,
                                     SampleType type, const RunContext& run);

// Looks at the photo, plans its film and tries what would write it, so that what does not work
// shows before long work. The summary then tells of both. Throws Error as plan_film() and
// open_sink() do.
[[nodiscard]] FilmPlan begin_film(const FilmTarget& target, const std::filesystem::path& photo,
                                  const ReadOptions& read, JobSummary& summary,
                                  const RunContext& run);

}  // namespace diorama::pipeline
