#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/steady/README.md

// Depth that does not flicker. Networks see each frame by itself, so their answers jump in scale,
// in shift and here and there in the picture, although the film does not.

#include <memory>
#include <optional>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

struct SteadyOptions {
    double stability = 0.9;  // 0: each frame by itself … 1: as steady as can be

    static DIORAMA_API const std::vector<Field<SteadyOptions>>& fields();
};

// Makes the depth of a scene's frames steady, some frames behind them:
//
//     for (each frame of a scene) {
//         steady.push(frame, depth);
//         while (auto next = steady.next()) use(*next);
//     }
//     steady.finish();
//     while (auto next = steady.next()) use(*next);
//
// Each frame's scale and shift follow the frame before along optical flow, their slow drift is
// taken out with a look ahead, so that the 2nd percentile stays near 0 and the 98th near 1; then
// each pixel is averaged with its own past where flow, colour and depth agree that it is the same.
// After finish() a new scene begins, of which the past means nothing. At stability 0 depth comes
// out as it went in. Memory does not grow with the scene.
class DIORAMA_API SteadyDepth {
 public:
    // Throws Error: usage.
    explicit SteadyDepth(const SteadyOptions& options = {});
    ~SteadyDepth();
    SteadyDepth(SteadyDepth&&) noexcept;
    SteadyDepth& operator=(SteadyDepth&&) noexcept;

    // `depth` is normalised by itself, of the frame's size. Within a scene sizes stay.
    // Throws Error: mismatch, cancelled.
    void push(const Image& frame, InverseDepth depth, const RunContext& run = {});
    // The scene ends: all its frames become known.
    void finish();
    // The first frame's depth that is known and has not been handed over. `scale` and `offset` are
    // the given ones, changed so that they still lead to the network's own values.
    // Throws Error: cancelled.
    [[nodiscard]] std::optional<InverseDepth> next(const RunContext& run = {});

    static constexpr int kLookAheadFrames = 12;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama
