#include "diorama/scroll.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <utility>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "scroll/composite.h"
#include "scroll/rhythm.h"
#include "scroll/speeds.h"
#include "scroll/strips.h"

namespace diorama {
namespace scroll {
namespace {

// The cross-fade that `repeat` has unless another is asked for, in the paper's pixels.
constexpr double kSeam = 64;
// A loop may change a speed by so much without a word.
constexpr double kUnnoticed = 0.25;

void check(const ScrollInput& input, Size border) {
    if (input.planes.size() < 2 || input.planes.size() != input.nearness.size())
        throw Error(ErrorCode::usage, "needs two planes or more and the nearness of each",
                    "scroll");
    const Size wanted{input.frame.width + border.width, input.frame.height + border.height};
    for (const Image& plane : input.planes)
        if (plane.size() != wanted || plane.alpha() != AlphaKind::premultiplied ||
            plane.sample_type() != input.planes.front().sample_type())
            throw Error(ErrorCode::mismatch,
                        fmt::format("the planes must be premultiplied RGBA of {}×{} pixels and "
                                    "one sample type",
                                    wanted.width, wanted.height),
                        "scroll");
}

// Whole pixels that shaking can uncover on each side, and one for sampling between pixels.
int margin_px(double reach_px) {
    return reach_px > 0 ? static_cast<int>(std::ceil(reach_px)) + 1 : 0;
}

int seam_of(const ScrollOptions& options, Size picture) {
    if (options.tiling == Tiling::repeat && options.seam_px == 0)
        return std::max(1, static_cast<int>(std::lround(kSeam * paper_scale(picture))));
    return static_cast<int>(std::lround(options.seam_px * paper_scale(picture)));
}

void warn_of_changed_speeds(const std::vector<PlaneMotion>& motions, const RunContext& run) {
    for (std::size_t n = 0; n < motions.size(); ++n) {
        const PlaneMotion& motion = motions[n];
        if (motion.asked_px == 0) continue;
        const double change = motion.speed_px / motion.asked_px - 1;
        if (std::abs(change) > kUnnoticed)
            run.warn(
                fmt::format("plane {} of {} (from far to near) scrolls {:+.0f} % from the "
                            "asked speed, for the loop to close; a longer --duration, "
                            "another --speed or --no-loop changes that",
                            n + 1, motions.size(), 100 * change));
    }
}

}  // namespace
}  // namespace scroll

const std::vector<Field<ScrollOptions>>& ScrollOptions::fields() {
    static const std::vector<Field<ScrollOptions>> list{
        field("speed", &ScrollOptions::speed, {.placeholder = "N|bg=N,mg=N,fg=N|N,N,..."},
              "pixels a frame at a width of 1840 and 30 frames a second: of the nearest plane "
              "(the others follow by depth), or of each plane from far to near"),
        field("direction", &ScrollOptions::direction, "where the world goes"),
        field("tiling", &ScrollOptions::tiling, "how a picture goes on beyond its end"),
        field("seam", &ScrollOptions::seam_px, {.min = 0, .max = 10000, .unit = "px at 1840×1228"},
              "width of the cross-fade where the picture ends; repeat takes 64 for 0"),
        field("no-loop", &ScrollOptions::no_loop,
              "keep the speeds exactly; the film's end does not meet its beginning"),
        field("shutter", &ScrollOptions::shutter_deg, {.min = 0, .max = 360, .unit = "degrees"},
              "how long the shutter is open: the length of the motion blur; 0: sharp"),
        field("lighting", &ScrollOptions::lighting, {.min = 0, .max = 2},
              "strength of the slow changes of light; 0: constant"),
        field("shake", &ScrollOptions::shake, {.min = 0, .max = 10},
              "strength of the camera's shaking; 0: none"),
        field("seed", &ScrollOptions::seed, {.min = 0, .max = 2147483647},
              "another number, other light"),
    };
    return list;
}

struct Scroll::State {
    ScrollOptions options;
    double duration_s = 0;
    Size size{};
    int first_row = 0;  // of the strips, that a frame shows while nothing shakes
    scroll::Lighting lighting;
    scroll::Shake shake;
    std::vector<PlaneMotion> motions;
    std::vector<Image> periods;         // sharp, for the caller; turned back where it is vertical
    std::vector<scroll::Strip> strips;  // blurred; lying on their side where it is vertical

    [[nodiscard]] bool vertical() const { return is_vertical(options.direction); }
};

Scroll::Scroll(ScrollInput input, const ScrollOptions& options, const RunContext& run) {
    validate(options);
    if (options.tiling == Tiling::none && options.seam_px > 0)
        throw Error(ErrorCode::usage, "does not go with --tiling none, which has no cross-fade",
                    "--seam");
    const Size border = scroll_border(input.frame, options);
    scroll::check(input, border);
    const double duration_s = input.duration.count();
    state_.reset(new State{.options = options,
                           .duration_s = duration_s,
                           .size = input.frame,
                           .first_row = std::max(border.width, border.height) / 2,
                           .lighting = {options.seed, options.lighting},
                           .shake = {options.shake, paper_scale(input.frame), duration_s},
                           .motions = {},
                           .periods = {},
                           .strips = {}});
    State& state = *state_;

    const int seam = scroll::seam_of(options, input.frame);
    const int length_px = state.vertical() ? input.frame.height : input.frame.width;
    std::vector<double> asked_px;
    for (const double speed : scroll::parse_speeds(options.speed, input.nearness))
        asked_px.push_back(scroll::pixels_a_second(speed, length_px));
    for (Image& plane : input.planes) {
        run.throw_if_stopped();
        const Image lying = state.vertical() ? scroll::transpose(plane) : std::move(plane);
        plane = {};
        state.periods.push_back(scroll::make_strip(lying, options.tiling, seam, run));
    }
    const double period_px = state.periods.front().width();
    if (options.no_loop) {
        for (const double asked : asked_px)
            state.motions.push_back({.asked_px = asked, .speed_px = asked, .period_px = period_px});
    } else {
        state.motions = scroll::close_loop(asked_px, period_px, state.duration_s);
        scroll::warn_of_changed_speeds(state.motions, run);
    }
    for (std::size_t n = 0; n < state.periods.size(); ++n) {
        run.throw_if_stopped();
        const double way_px = state.motions[n].speed_px / input.fps * options.shutter_deg / 360;
        state.strips.emplace_back(scroll::blur_strip(state.periods[n], way_px, run));
        if (state.vertical()) state.periods[n] = scroll::transpose(state.periods[n]);
    }
}

Scroll::~Scroll() = default;
Scroll::Scroll(Scroll&&) noexcept = default;
Scroll& Scroll::operator=(Scroll&&) noexcept = default;

Size Scroll::size() const {
    return state_->size;
}

Image Scroll::make_frame() const {
    return {state_->size, state_->periods.front().sample_type(), AlphaKind::premultiplied};
}

const std::vector<PlaneMotion>& Scroll::motions() const {
    return state_->motions;
}

const std::vector<Image>& Scroll::strips() const {
    return state_->periods;
}

void Scroll::draw(double phase, Image& frame, const RunContext& run) const {
    const State& state = *state_;
    if (frame.size() != state.size || frame.channels() != 4 ||
        frame.sample_type() != state.periods.front().sample_type())
        throw Error(ErrorCode::mismatch, "has not the size and kind of make_frame()", "frame");
    if (!state.options.no_loop) phase -= std::floor(phase);

    const scroll::Displacement shake = state.shake.at(phase);
    const double along = state.vertical() ? shake.y_px : shake.x_px;
    const double across = state.vertical() ? shake.x_px : shake.y_px;
    const bool backwards = state.options.direction == ScrollDirection::right ||
                           state.options.direction == ScrollDirection::down;
    scroll::View view{.y_px = state.first_row + across, .gain = state.lighting.gain(phase)};
    for (const PlaneMotion& motion : state.motions) {
        const double way_px = phase * state.duration_s * motion.speed_px;
        view.x_px.push_back((backwards ? -way_px : way_px) + along);
    }
    if (!state.vertical()) {
        scroll::composite(state.strips, view, frame, run);
        return;
    }
    Image lying({frame.height(), frame.width()}, frame.sample_type(), frame.alpha());
    scroll::composite(state.strips, view, lying, run);
    cv::Mat out = as_mat(frame);
    cv::transpose(as_mat(lying), out);
}

// The border is drawn from, and lost of, the sides along which nothing scrolls.
Size scroll_border(Size frame, const ScrollOptions& options) {
    const scroll::Displacement reach = scroll::Shake(options.shake, paper_scale(frame), 1).reach();
    return is_vertical(options.direction) ? Size{2 * scroll::margin_px(reach.x_px), 0}
                                          : Size{0, 2 * scroll::margin_px(reach.y_px)};
}

}  // namespace diorama
