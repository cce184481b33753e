#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What becomes of two views: a picture, one of the kinds of file made for two, or a film.

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "diorama/jobs.h"
#include "diorama/stereo_format.h"
#include "diorama/stereo_job.h"
#include "pipeline/films.h"

namespace diorama::pipeline {

enum class StereoInput { photo, film };

struct StereoTarget {
    std::filesystem::path output{};
    StereoFormatOptions format{};
    FilmOptions film = StereoJob{}.film;
    EncoderOptions encoder{};
    StereoInput input = StereoInput::photo;
};

// What the options say, else the ending's own form: `pair` for .mpo, `cross` for .jps, `vr180` for
// .vr.jpg, `rgbd` for .depth.jpg, `wiggle` for animations and sequences of a photo, and `sbs` for
// all others.
// Throws Error: unsupported, where the ending cannot hold it.
[[nodiscard]] StereoFormat format_of(const StereoTarget& target);

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

// The frame of a film, or the picture, that holds both views.
[[nodiscard]] Image draw_packed(const StereoPlan& plan, const StereoScene& scene,
                                const RunContext& run);
// How the film says that its frames are packed.
void tell_packing(SinkFormat& format, const StereoPlan& plan);

// Files of a pair are put in place together, at the end. Throws Error: unwritable, cancelled, and
// what the views throw.
void write_stereo(const StereoTarget& target, const StereoPlan& plan, const StereoScene& scene,
                  const RunContext& run);

}  // namespace diorama::pipeline
