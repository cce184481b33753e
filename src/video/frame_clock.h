#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>

#include "diorama/video.h"

namespace diorama::video {

// What the times of such a film's frames are multiples of.
[[nodiscard]] Rational clock_of(const SinkFormat& format);

// The times of frames that come one after another, in ticks of a clock. Each is rounded by itself,
// so that no error adds up.
class FrameClock {
 public:
    FrameClock(Rational fps, Rational clock) : fps_(fps), clock_(clock) {}

    // One frame of the rate after the frame before.
    std::int64_t next();
    std::int64_t at(Seconds time);
    [[nodiscard]] std::int64_t frames() const { return frames_; }

 private:
    std::int64_t take(std::int64_t tick);

    Rational fps_;
    Rational clock_;
    std::int64_t frames_ = 0;
    // The frame that was last given its time, from which those without one are counted.
    std::int64_t base_ = 0;
    std::int64_t since_base_ = 0;
};

}  // namespace diorama::video
