#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/steady/README.md

// What a film hides: holes filled with what other frames of the scene saw there.

#include <memory>
#include <optional>

#include "diorama/export.h"
#include "diorama/fill.h"
#include "diorama/image.h"
#include "diorama/run.h"

namespace diorama {

// A frame without its holes.
struct SteadyFilled {
    Image picture{};
    // Where the hole's content was seen in other frames, 1, or had to be made up, 0; 0 outside of
    // the hole.
    Matte seen{};
};

// Fills the holes of a scene's frames, some frames behind them:
//
//     for (each frame of a scene) {
//         fill.push(frame, hole);
//         while (auto next = fill.next()) use(next->picture);
//     }
//     fill.finish();
//     while (auto next = fill.next()) use(next->picture);
//
// What lies behind a hole is followed along the background's flow into the frames before and after
// until one shows it: that is the truth, and it is taken first, brought to the light around the
// hole. What none of them shows is filled once, by the filler, and carried along from then on, so
// that it does not change from frame to frame. After finish() a new scene begins.
// Looks at as many frames before and after as fit into some 400 MB, at least 4 and at most 32 each.
class DIORAMA_API SteadyFill {
 public:
    explicit SteadyFill(Filler filler);
    ~SteadyFill();
    SteadyFill(SteadyFill&&) noexcept;
    SteadyFill& operator=(SteadyFill&&) noexcept;

    // `hole` as Filler takes it, empty where there is none. Within a scene frames keep their size
    // and kind. Throws Error: mismatch, cancelled.
    void push(const Image& frame, const Matte& hole, const RunContext& run = {});
    // The scene ends: all its frames become known.
    void finish();
    // The first frame that is known and has not been handed over.
    // Throws Error: model, cancelled.
    [[nodiscard]] std::optional<SteadyFilled> next(const RunContext& run = {});

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama
