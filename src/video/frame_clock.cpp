#include "video/frame_clock.h"

#include <cmath>

#include "video/ffmpeg.h"

namespace diorama::video {

Rational clock_of(const SinkFormat& format) {
    return format.clock.num > 0 ? format.clock : Rational{format.fps.den, format.fps.num};
}

std::int64_t FrameClock::next() {
    return take(base_ + av_rescale_q(since_base_, av_inv_q(to_av(fps_)), to_av(clock_)));
}

std::int64_t FrameClock::at(Seconds time) {
    base_ = std::llround(time.count() / clock_.value());
    since_base_ = 0;
    return take(base_);
}

std::int64_t FrameClock::take(std::int64_t tick) {
    ++frames_;
    ++since_base_;
    return tick;
}

}  // namespace diorama::video
