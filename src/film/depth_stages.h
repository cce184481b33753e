#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Stages that give frames their depth.

#include <deque>

#include "diorama/depth.h"
#include "diorama/model.h"
#include "diorama/steady_depth.h"
#include "film/stage.h"

namespace diorama::film {

// What a network says of each frame by itself, or of a window of them.
class DepthStage : public Stage {
 public:
    // The model must outlive this.
    explicit DepthStage(const Model& model)
        : stream_(model), look_ahead_frames_(model.interface().window.frames) {}

    [[nodiscard]] std::string name() const override { return "depth"; }
    [[nodiscard]] int look_ahead_frames() const override { return look_ahead_frames_; }
    void push(Travelling frame, const RunContext& run) override;
    void end_scene(const RunContext& run) override { stream_.finish(run); }
    [[nodiscard]] std::optional<Travelling> next(const RunContext& run) override;

 private:
    DepthStream stream_;
    int look_ahead_frames_ = 0;
    std::deque<Travelling> waiting_{};
};

// Depth that does not flicker.
class SteadyStage : public Stage {
 public:
    explicit SteadyStage(const SteadyOptions& options) : options_(options), steady_(options) {}

    [[nodiscard]] std::string name() const override { return "steadying"; }
    [[nodiscard]] int look_ahead_frames() const override {
        return options_.stability > 0 ? SteadyDepth::kLookAheadFrames : 0;
    }
    void push(Travelling frame, const RunContext& run) override;
    void end_scene(const RunContext&) override { steady_.finish(); }
    [[nodiscard]] std::optional<Travelling> next(const RunContext& run) override;

 private:
    SteadyOptions options_;
    SteadyDepth steady_;
    std::deque<Travelling> waiting_{};
};

}  // namespace diorama::film
