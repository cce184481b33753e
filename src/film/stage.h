#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What happens to a frame between the decoder and the encoder.

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "diorama/disparity.h"
#include "diorama/image.h"
#include "diorama/run.h"
#include "diorama/video.h"

namespace diorama::film {

// A scene, or what is seen of it, on the input's clock. Each ends where the next one begins, half a
// frame before its first frame, so that a time near a cut belongs to what comes after it.
struct SceneSpan {
    double begin_s = 0;
    double end_s = 0;
    [[nodiscard]] bool holds(double time_s) const { return time_s >= begin_s && time_s < end_s; }
};

// A frame on its way, and what the stages have found about it.
struct Travelling {
    Image image{};
    std::int64_t number = 0;  // in the film that is made
    std::int64_t index = 0;   // in the input, as far as that is known
    double time_s = 0;        // on the input's clock
    double end_s = 0;         // when the next one comes
    SceneSpan scene{};
    bool starts_scene = false;
    bool is_shown = true;  // false: seen for its neighbours' sake alone, never written
    InverseDepth depth{};
    Matte matte{};  // empty: there is no subject
    DepthAnchors anchors{};
    Image behind{};               // the frame without its subject
    std::vector<Matte> beside{};  // of other things than the subject
    Disparity disparity{};        // that is given, in pixels of its own width
};

// Takes the frames of a scene in order and hands them over in order, perhaps some frames later. Not
// for several threads at once.
class Stage {
 public:
    Stage() = default;
    virtual ~Stage() = default;
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    // As the line of progress names it: "depth".
    [[nodiscard]] virtual std::string name() const = 0;
    // How many frames of the scene it may want to see after one before it hands that one over.
    [[nodiscard]] virtual int look_ahead_frames() const { return 0; }
    virtual void push(Travelling frame, const RunContext& run) = 0;
    // The scene, or the film, is over: all frames become known.
    virtual void end_scene(const RunContext& run) = 0;
    [[nodiscard]] virtual std::optional<Travelling> next(const RunContext& run) = 0;
};

// One that knows what it finds at once.
class FrameByFrame : public Stage {
 public:
    void push(Travelling frame, const RunContext& run) final {
        look_at(frame, run);
        ready_.push_back(std::move(frame));
    }
    [[nodiscard]] std::optional<Travelling> next(const RunContext&) final {
        if (ready_.empty()) return std::nullopt;
        Travelling frame = std::move(ready_.front());
        ready_.pop_front();
        return frame;
    }
    void end_scene(const RunContext&) override {}

    virtual void look_at(Travelling& frame, const RunContext& run) = 0;

 private:
    std::deque<Travelling> ready_{};
};

// What a film is written from.
using Drawn = std::variant<Image, InverseDepth, Matte, Disparity>;
struct Drawing {
    Drawn frame{};
    std::optional<Drawn> side{};  // of the film that is made beside the other
};

// All that is done to frames. Drawing happens on several threads at once and looks at nothing but
// the frame.
struct Effect {
    std::vector<std::unique_ptr<Stage>> stages{};
    std::function<Drawing(const Travelling& frame, const RunContext& run)> draw{};

    [[nodiscard]] int look_ahead_frames() const;
};

}  // namespace diorama::film
