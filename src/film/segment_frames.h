#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/video.h"
#include "film/plan.h"
#include "film/render.h"

namespace diorama::film {

// The frames that a segment sees, as the plan has them: a frame that cannot be read any more, or
// not from here, is the one before it once again, so that a segment has as many frames as planned.
// Reader and plan must outlive this.
class SegmentFrames : public FrameSource {
 public:
    SegmentFrames(FilmReader& reader, const Plan& plan, FrameRange seen, FrameRange shown);
    // Throws Error: unreadable, and what reading throws.
    [[nodiscard]] std::optional<Travelling> next() override;

 private:
    void read_up_to(double time_s, double tolerance_s);

    FilmReader& reader_;
    const Plan& plan_;
    FrameRange seen_;
    FrameRange shown_;
    std::int64_t number_ = 0;
    std::optional<FilmFrame> ahead_{};  // read, but later than the frame that was asked for
    Image last_{};
};

}  // namespace diorama::film
