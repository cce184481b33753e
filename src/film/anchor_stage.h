#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <deque>

#include "film/stage.h"

namespace diorama::film {

// Where disparity hangs on a frame's depth: far, near and the zero plane, which move smoothly
// through a scene and know what comes.
class AnchorStage : public Stage {
 public:
    explicit AnchorStage(const DisparityOptions& options) : options_(options) {}

    [[nodiscard]] std::string name() const override { return "anchors"; }
    [[nodiscard]] int look_ahead_frames() const override { return kReachFrames; }
    void push(Travelling frame, const RunContext& run) override;
    void end_scene(const RunContext& run) override;
    [[nodiscard]] std::optional<Travelling> next(const RunContext& run) override;

    static constexpr int kReachFrames = 12;

 private:
    [[nodiscard]] DepthAnchors smooth() const;
    // How many of the waiting frames belong to the first one's scene.
    [[nodiscard]] std::size_t scene_length() const;

    DisparityOptions options_;
    // As measured; a frame's own anchors are those until it leaves.
    std::deque<Travelling> waiting_{};
    std::deque<std::size_t> ends_{};     // lengths of the scenes that are over
    std::deque<DepthAnchors> passed_{};  // of the scene, newest first
};

}  // namespace diorama::film
