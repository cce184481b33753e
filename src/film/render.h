#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "film/stage.h"

namespace diorama::film {

// Where frames come from, in order. Those of one scene have one size.
class FrameSource {
 public:
    FrameSource() = default;
    virtual ~FrameSource() = default;
    FrameSource(const FrameSource&) = delete;
    FrameSource& operator=(const FrameSource&) = delete;
    [[nodiscard]] virtual std::optional<Travelling> next() = 0;
};

// Where they go.
class DrawnSink {
 public:
    DrawnSink() = default;
    virtual ~DrawnSink() = default;
    DrawnSink(const DrawnSink&) = delete;
    DrawnSink& operator=(const DrawnSink&) = delete;
    // What can be done with a frame apart from all others; on several threads at once.
    virtual void prepare(const Drawing& drawn, std::int64_t number) = 0;
    // In order, after it has been prepared.
    virtual void write(const Drawing& drawn, std::int64_t number) = 0;
};

// How long one stage of the work was busy; several threads may note it.
class BusyTime {
 public:
    explicit BusyTime(std::string stage) : stage_(std::move(stage)) {}

    template <class Work>
    void note(const Work& work) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        spent_ns_ += std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count();
    }
    [[nodiscard]] const std::string& stage() const { return stage_; }
    [[nodiscard]] double seconds() const { return 1e-9 * static_cast<double>(spent_ns_.load()); }

 private:
    std::string stage_;
    std::atomic<std::int64_t> spent_ns_{0};
};

// The stages of all calls of render(), in the order in which frames pass them.
class Meter {
 public:
    [[nodiscard]] BusyTime& of(const std::string& stage);
    // The stage that the others wait for.
    [[nodiscard]] std::string slowest() const;
    [[nodiscard]] std::vector<std::pair<std::string, double>> seconds() const;

 private:
    std::vector<std::unique_ptr<BusyTime>> stages_{};
};

// Takes all frames of `source` through the effect and writes those that are shown, each once:
// reading, stages, drawing and writing work at the same time on different frames, order is kept,
// and only so many frames are on their way as the stages look ahead and a few more.
// `on_written` is called after each frame. Throws Error: cancelled, and what the parts throw.
void render(FrameSource& source, Effect& effect, DrawnSink& sink, Meter& meter,
            const RunContext& run, const std::function<void()>& on_written);

}  // namespace diorama::film
