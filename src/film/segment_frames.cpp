#include "film/segment_frames.h"

#include <algorithm>
#include <utility>

#include "diorama/error.h"

namespace diorama::film {

SegmentFrames::SegmentFrames(FilmReader& reader, const Plan& plan, FrameRange seen,
                             FrameRange shown)
    : reader_(reader), plan_(plan), seen_(seen), shown_(shown), number_(seen.begin) {
    reader_.seek(Seconds(plan.times_s[static_cast<std::size_t>(seen.begin)]));
}

std::optional<Travelling> SegmentFrames::next() {
    if (number_ == seen_.end) return std::nullopt;
    const double time_s = plan_.times_s[static_cast<std::size_t>(number_)];
    // The plan has the reader's own times; half a frame of the input would be another frame.
    constexpr double kSame = 1e-3;
    read_up_to(time_s, std::min(kSame, plan_.duration_s(number_) / 4));
    if (last_.empty())
        throw Error(ErrorCode::unreadable,
                    "has no frames where it had some before; has it changed meanwhile?");
    Travelling frame{.image = last_,
                     .number = number_,
                     .index = plan_.first_index + number_ * plan_.every,
                     .time_s = time_s,
                     .end_s = time_s + plan_.duration_s(number_),
                     .scene = plan_.span_around(number_),
                     .starts_scene = number_ == seen_.begin || plan_.starts_scene(number_),
                     .is_shown = shown_.holds(number_)};
    ++number_;
    return frame;
}

void SegmentFrames::read_up_to(double time_s, double tolerance_s) {
    while (true) {
        std::optional<FilmFrame> frame =
            ahead_ ? std::exchange(ahead_, std::nullopt) : reader_.next();
        if (!frame) return;
        if (frame->time.count() > time_s + tolerance_s && !last_.empty()) {
            ahead_ = std::move(frame);
            return;
        }
        const bool is_it = frame->time.count() >= time_s - tolerance_s;
        last_ = std::move(frame->image);
        if (is_it) return;
    }
}

}  // namespace diorama::film
