#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/picture.h"
#include "pipeline/film_pipeline.h"
#include "pipeline/films.h"

namespace diorama::pipeline {

// The film of a scene that moves in a loop, such as a Popout, or the one frame that the target asks
// for. Throws Error as make_film() does.
template <class Scene>
void write_loop(const Scene& scene, const FilmTarget& target, const FilmPlan& plan,
                const RunContext& run) {
    Image frame = scene.make_frame();
    if (target.preview) {
        scene.draw(target.preview->count() * plan.fps.value() / plan.frames_a_loop, frame, run);
        return write_picture(target.output, frame);
    }
    const auto sink = open_sink(target.output, sink_format(target, plan, frame.sample_type(), run));
    make_film(
        plan.frames, [&] { return scene.make_frame(); },
        [&](int index, Image& drawn) {
            const double phase =
                static_cast<double>(index % plan.frames_a_loop) / plan.frames_a_loop;
            scene.draw(phase, drawn, {.threads = 1});
        },
        *sink, run);
}

}  // namespace diorama::pipeline
