#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What becomes of two views: a picture, one of the kinds of file made for two, or a film.

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "diorama/jobs.h"
#include "diorama/stereo_format.h"
#include "pipeline/films.h"

namespace diorama::pipeline {

// A wiggle that is neither hectic nor large.
[[nodiscard]] inline FilmOptions usual_film() {
    return {.duration = Seconds(1), .fps = "20"};
}

struct StereoTarget {
    std::filesystem::path output{};
    StereoFormatOptions format{};
    FilmOptions film = usual_film();
    EncoderOptions encoder{};
};

// What a target comes to once the photo's size is known.
struct StereoPlan {
    StereoFormat format = StereoFormat::sbs;
    StereoFormatOptions options{};  // with the size that a film leaves to VR180
    Size view{};                    // to which the photo is brought before anything else
    Size size{};                    // of what is written
    std::optional<FilmPlan> film{};
    std::vector<std::filesystem::path> outputs{};
};

// Checks all that can be checked before long work. Warns where players are not told of the views.
// Throws Error: usage, unsupported, unwritable, device.
[[nodiscard]] StereoPlan plan_stereo(const StereoTarget& target, Size photo, const RunContext& run);

// What the target's format may ask for, each made when it is asked for.
struct StereoScene {
    Image picture{};
    InverseDepth depth{};
    // The views from places between the left eye, 0, and the right one, 1.
    std::function<Image(double place, const RunContext& run)> view_from{};
};

// Files of a pair are put in place together, at the end. Throws Error: unwritable, cancelled, and
// what the views throw.
void write_stereo(const StereoTarget& target, const StereoPlan& plan, const StereoScene& scene,
                  const RunContext& run);

}  // namespace diorama::pipeline
