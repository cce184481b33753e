#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstddef>
#include <string>
#include <vector>

#include "diorama/model.h"
#include "inference/graph.h"
#include "perception/depth_results.h"

namespace diorama::perception {

// A network that sees a window of frames at once, such as Video Depth Anything. Its encoder runs
// once a frame; what it finds is kept in the frame's place of the window. Its head runs when the
// window is full. A window after the first begins with keyframes of the one before it: to some of
// them its scale and shift are fitted, and at the others, which are the last frames of the window
// before, one window fades into the next. So each frame has one answer, and a film one scale.
class WindowDepth {
 public:
    // Throws Error: model, where encoder and head do not fit each other or the interface.
    explicit WindowDepth(const Model& model);

    // Each gives the depth of the frames that have become known, in order. After an error there is
    // no going on. Throws Error: model, cancelled.
    [[nodiscard]] std::vector<NetworkDepth> push(const Image& frame, const RunContext& run);
    // The shot ends: the rest of the window repeats its last frame. The next frame begins anew.
    [[nodiscard]] std::vector<NetworkDepth> finish(const RunContext& run);

 private:
    // What the encoder says of each frame of the window, in one of its outputs.
    struct Feature {
        std::string name{};
        inference::Shape shape{};  // of the head's input
        std::size_t stride = 0;    // floats a frame
        std::shared_ptr<std::vector<float>> window{};
    };

    [[nodiscard]] int overlap() const { return static_cast<int>(rule_.keyframes.size()); }
    void check() const;
    void add_feature(const inference::TensorInfo& input);
    void copy_place(int from, int to);
    [[nodiscard]] std::vector<NetworkDepth> run_head(const RunContext& run) const;
    void join_to_window_before(std::vector<NetworkDepth>& window) const;
    [[nodiscard]] std::vector<NetworkDepth> close_window(int frames, int held_back,
                                                         const RunContext& run);

    const Model& model_;
    const FrameWindow& rule_;
    const inference::Graph& encoder_;
    const inference::Graph& head_;
    std::vector<Feature> features_;

    int filled_ = 0;  // places of the window that hold a frame
    // Of the frames that stand first in this window as keyframes: what is known of them from the
    // window before. Empty in the first window of a shot.
    std::vector<NetworkDepth> known_;
};

}  // namespace diorama::perception
