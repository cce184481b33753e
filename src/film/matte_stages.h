#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Stages that give frames the matte of their subject.

#include <deque>
#include <functional>

#include "diorama/fill.h"
#include "diorama/model.h"
#include "diorama/steady_fill.h"
#include "film/stage.h"

namespace diorama::film {

// What a network sees as the subject of each frame, the past of which it shares where the film
// rests.
class SalientStage : public FrameByFrame {
 public:
    // The model must outlive this.
    explicit SalientStage(const Model& model) : model_(model) {}

    [[nodiscard]] std::string name() const override { return "subject"; }
    void end_scene(const RunContext&) override { before_ = {}; }

 protected:
    void look_at(Travelling& frame, const RunContext& run) override;

 private:
    const Model& model_;
    Travelling before_{};  // its image and its matte
};

// A subject that is shown in some frames and followed from each of them along flow to the end of
// the scene. Frames before the first have no subject, nor do scenes without one.
class FollowStage : public FrameByFrame {
 public:
    // Is given each frame with the matte that was followed, empty where there is none, and may show
    // the subject anew or correct it.
    using Show = std::function<void(Travelling& frame, const RunContext& run)>;
    explicit FollowStage(Show show) : show_(std::move(show)) {}

    [[nodiscard]] std::string name() const override { return "following"; }
    void end_scene(const RunContext&) override { before_ = {}; }

 protected:
    void look_at(Travelling& frame, const RunContext& run) override;

 private:
    Show show_;
    Travelling before_{};
};

// Another thing than the subject, kept beside it.
class BesideStage : public FrameByFrame {
 public:
    explicit BesideStage(std::unique_ptr<FrameByFrame> other) : other_(std::move(other)) {}

    [[nodiscard]] std::string name() const override { return other_->name(); }
    void end_scene(const RunContext& run) override { other_->end_scene(run); }

 protected:
    void look_at(Travelling& frame, const RunContext& run) override;

 private:
    std::unique_ptr<FrameByFrame> other_;
};

// What stands behind the subject.
class BehindStage : public Stage {
 public:
    explicit BehindStage(Filler filler) : fill_(std::move(filler)) {}

    [[nodiscard]] std::string name() const override { return "filling"; }
    [[nodiscard]] int look_ahead_frames() const override { return kMostAhead; }
    void push(Travelling frame, const RunContext& run) override;
    void end_scene(const RunContext&) override { fill_.finish(); }
    [[nodiscard]] std::optional<Travelling> next(const RunContext& run) override;

    // SteadyFill looks 32 frames ahead, for up to 8 frames at once.
    static constexpr int kMostAhead = 40;

 private:
    SteadyFill fill_;
    std::deque<Travelling> waiting_{};
};

}  // namespace diorama::film
