#include "video/frame_clock.h"

#include <cmath>

#include "video/ffmpeg.h"

namespace diorama {

Rational find_clock(const FilmInfo& film, const std::vector<Seconds>& times) {
    // No encoder needs to tell more moments of a second apart, and some cannot.
    constexpr double kFinest = 1.0 / 90'000;
    const double tick = film.clock.num > 0 ? film.clock.value() : kFinest;
    bool is_steady = film.fps.num > 0;
    for (std::size_t i = 0; i < times.size() && is_steady; ++i) {
        const Seconds steady(static_cast<double>(i) / film.fps.value());
        is_steady = std::abs((times[i] - times[0] - steady).count()) <= 1.01 * tick;
    }
    if (is_steady) return {0, 1};
    return tick < kFinest ? Rational{1, 90'000} : film.clock;
}

namespace video {

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

}  // namespace video
}  // namespace diorama
