#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// How a film is divided into segments that can be made one by one, by anybody, in any order.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "diorama/options.h"
#include "diorama/run.h"
#include "film/stage.h"

namespace diorama::film {

// The part of the input that is used.
struct Excerpt {
    std::filesystem::path input{};
    Seconds start{0};
    std::optional<Seconds> duration{};
    int every = 1;  // each so-manieth frame

    [[nodiscard]] bool holds(Seconds time) const;
    // Whether a frame of this time comes after all that it holds.
    [[nodiscard]] bool ends_before(Seconds time) const;
};

struct FrameRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    [[nodiscard]] std::int64_t size() const { return end - begin; }
    [[nodiscard]] bool holds(std::int64_t frame) const { return frame >= begin && frame < end; }
};

// Frames are counted from the excerpt's first, and only those that are used.
struct Plan {
    std::vector<double> times_s{};  // of each frame, on the input's clock
    double end_s = 0;               // when the last one ends
    std::vector<std::int64_t> scenes{};
    std::vector<std::int64_t> segments{};  // the first frames of each; the first is 0
    std::int64_t repeated = 0;             // frames that stand in for what cannot be decoded
    std::int64_t first_index = 0;          // of the excerpt's first frame in the input
    int every = 1;

    [[nodiscard]] std::int64_t frames() const { return static_cast<std::int64_t>(times_s.size()); }
    [[nodiscard]] FrameRange segment(std::size_t n) const;
    [[nodiscard]] FrameRange scene_around(std::int64_t frame) const;
    // On the input's clock.
    [[nodiscard]] SceneSpan span_around(std::int64_t frame) const;
    // The segment, the frames before it by which what has a past warms up, and those after it at
    // which what looks ahead looks; all within the segment's own scenes.
    [[nodiscard]] FrameRange seen_by(std::size_t n, int warm_up, int look_ahead) const;
    [[nodiscard]] bool starts_scene(std::int64_t frame) const;
    [[nodiscard]] double duration_s(std::int64_t frame) const;
};

constexpr Seconds kLongestSegment{10};

// whole_scenes: for what must know all of a scene's past.
enum class Cutting { anywhere, whole_scenes };

// Segments begin where scenes do; short scenes share one, long ones have several of one length.
[[nodiscard]] std::vector<std::int64_t> cut_segments(const Plan& plan,
                                                     Cutting cutting = Cutting::anywhere);

// Goes through the excerpt once. Throws Error: cancelled, usage (it holds no frame), and what
// reading throws.
[[nodiscard]] Plan make_plan(const Excerpt& excerpt, Cutting cutting, const RunContext& run);

}  // namespace diorama::film
