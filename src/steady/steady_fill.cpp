#include "diorama/steady_fill.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <deque>
#include <opencv2/imgproc.hpp>
#include <utility>
#include <vector>

#include "core/quantile.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "perception/fill_hole.h"
#include "perception/fill_spread.h"
#include "steady/background_flow.h"
#include "steady/sightings.h"

namespace diorama {
namespace steady {
namespace {

// A hole's surroundings are looked at so far, to see how the light has changed. They may carry a
// fringe of what is hidden, so nothing is taken from them.
constexpr int kRimPx = 4;

struct Waiting {
    Image frame{};  // opaque or premultiplied
    AlphaKind alpha = AlphaKind::none;
    perception::Hole hole{};
    HiddenArea hidden{};  // the hole and its rim
    BackgroundFlow flow{};
    cv::Vec3f light{};  // how much brighter than the scene's first frame, 0…255
    bool ends_scene = false;
};

// A frame that was filled.
struct Past {
    Image picture{};
    cv::Vec3f light{};
};

// The frame handed over last, as far as the next one needs it.
struct Last {
    HiddenArea hidden{};
    Sightings sightings{};
};

HiddenArea hidden_by(const perception::Hole& hole) {
    if (hole.crop.empty()) return {};
    cv::Mat_<uchar> hidden = hole.cover > 0;
    cv::dilate(hidden, hidden,
               cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * kRimPx + 1, 2 * kRimPx + 1}));
    const cv::Rect bounds = cv::boundingRect(hidden);
    return {.area = bounds + hole.crop.tl(), .hidden = hidden(bounds).clone()};
}

// What was seen is better than what was made up; the past's choice is kept, so that the content
// does not change from frame to frame.
void prefer_truth(Sightings& past, const Sightings& ahead) {
    for (int y = 0; y < past.frame.rows; ++y)
        for (int x = 0; x < past.frame.cols; ++x) {
            if (past.frame(y, x) >= 0 && !past.made_up(y, x)) continue;
            if (ahead.frame(y, x) < 0) continue;
            past.frame(y, x) = ahead.frame(y, x);
            past.place(y, x) = ahead.place(y, x);
            past.made_up(y, x) = 0;
        }
}

// The four weights of a Catmull-Rom spline that meets the samples at -1, 0, 1 and 2.
cv::Vec4f spline_weights(float t) {
    return {((-0.5F * t + 1) * t - 0.5F) * t, (1.5F * t - 2.5F) * t * t + 1,
            ((-1.5F * t + 2) * t + 0.5F) * t, (0.5F * t - 0.5F) * t * t};
}

// A picture between its pixels, sharper than a linear mixture. Beyond the border its nearest pixel
// counts.
template <class T>
cv::Vec4f read_smoothly(const cv::Mat& view, const cv::Vec2f& place) {
    const auto left = static_cast<int>(std::floor(place[0]));
    const auto above = static_cast<int>(std::floor(place[1]));
    const cv::Vec4f across = spline_weights(place[0] - static_cast<float>(left));
    const cv::Vec4f down = spline_weights(place[1] - static_cast<float>(above));
    const int channels = view.channels();
    cv::Vec4f sum(0, 0, 0, 0);
    for (int row = 0; row < 4; ++row) {
        const T* samples = view.ptr<T>(std::clamp(above - 1 + row, 0, view.rows - 1));
        for (int column = 0; column < 4; ++column) {
            const float weight = down[row] * across[column];
            const T* pixel = samples + static_cast<std::ptrdiff_t>(channels) *
                                           std::clamp(left - 1 + column, 0, view.cols - 1);
            for (int c = 0; c < channels; ++c) sum[c] += weight * static_cast<float>(pixel[c]);
        }
    }
    return sum;
}

cv::Vec4f read(const cv::Mat& view, const cv::Vec2f& place) {
    return view.depth() == CV_8U ? read_smoothly<std::uint8_t>(view, place)
                                 : read_smoothly<std::uint16_t>(view, place);
}

cv::Vec4f read_pixel(const cv::Mat& view, int x, int y) {
    cv::Vec4f pixel(0, 0, 0, 0);
    perception::visit_samples(view.depth(), [&]<class T>(T) {
        const T* samples = view.ptr<T>(y) + static_cast<std::ptrdiff_t>(view.channels()) * x;
        for (int c = 0; c < view.channels(); ++c) pixel[c] = static_cast<float>(samples[c]);
    });
    return pixel;
}

void write_pixel(cv::Mat& view, int x, int y, const cv::Vec4f& pixel) {
    perception::visit_samples(view.depth(), [&]<class T>(T) {
        T* samples = view.ptr<T>(y) + static_cast<std::ptrdiff_t>(view.channels()) * x;
        for (int c = 0; c < view.channels(); ++c) samples[c] = cv::saturate_cast<T>(pixel[c]);
    });
}

// How much brighter the frame is than what was seen in others, besides the light of the whole:
// known on the rim, continued into the hole. Parts of the rim that differ by much more than most
// show another thing, and count little.
cv::Mat_<cv::Vec4f> find_light(const cv::Mat& frame, const Waiting& now, const Sightings& found,
                               const cv::Mat_<cv::Vec4f>& seen) {
    const float other = frame.depth() == CV_8U ? 24.0F : 24.0F * 257;
    const cv::Point to_crop = found.area.tl() - now.hole.crop.tl();
    std::vector<cv::Point> rim;
    std::array<std::vector<float>, 3> brighter;
    for (int y = 0; y < seen.rows; ++y)
        for (int x = 0; x < seen.cols; ++x) {
            if (!now.hidden.hidden(y, x) || found.frame(y, x) < 0) continue;
            if (now.hole.cover(y + to_crop.y, x + to_crop.x) != 0) continue;
            const cv::Vec4f by = read_pixel(frame, found.area.x + x, found.area.y + y) - seen(y, x);
            rim.emplace_back(x, y);
            for (int c = 0; c < 3; ++c) brighter[static_cast<std::size_t>(c)].push_back(by[c]);
        }
    cv::Mat_<cv::Vec4f> light(found.area.size(), cv::Vec4f::all(0));
    if (rim.empty()) return light;
    const std::array<std::vector<float>, 3> by = brighter;
    const cv::Vec3f most(core::median(brighter[0]), core::median(brighter[1]),
                         core::median(brighter[2]));
    for (std::size_t i = 0; i < rim.size(); ++i) {
        const cv::Vec3f here(by[0][i], by[1][i], by[2][i]);
        const float off = static_cast<float>(cv::norm(here - most)) / other;
        light(rim[i]) = std::exp2(-off * off) * cv::Vec4f(here[0], here[1], here[2], 1);
    }
    return perception::spread(light);
}

}  // namespace
}  // namespace steady

struct SteadyFill::State {
    Filler filler;
    std::deque<steady::Waiting> waiting{};
    int first = 0;  // the index of the first frame waiting
    bool begins_scene = true;
    std::deque<steady::Past> past{};  // newest first
    steady::Last last{};
    std::deque<steady::Sightings> ahead{};  // of the first frames waiting, in later frames

    [[nodiscard]] std::size_t reach() const {
        constexpr std::size_t kWindowBytes = 400'000'000;
        const Image& frame = waiting.front().frame;
        const auto frame_bytes = static_cast<std::size_t>(frame.size().area()) *
                                 static_cast<std::size_t>(frame.channels()) *
                                 (frame.sample_type() == SampleType::u8 ? 1U : 2U);
        return std::clamp<std::size_t>(kWindowBytes / 2 / frame_bytes, 4, 32);
    }

    [[nodiscard]] std::size_t scene_length() const {
        const auto end = std::ranges::find(waiting, true, &steady::Waiting::ends_scene);
        return end == waiting.end() ? waiting.size()
                                    : static_cast<std::size_t>(end - waiting.begin()) + 1;
    }

    [[nodiscard]] const Image& frame(int index) const {
        if (index >= first) return waiting[static_cast<std::size_t>(index - first)].frame;
        return past[static_cast<std::size_t>(first - index - 1)].picture;
    }
    [[nodiscard]] const cv::Vec3f& light(int index) const {
        if (index >= first) return waiting[static_cast<std::size_t>(index - first)].light;
        return past[static_cast<std::size_t>(first - index - 1)].light;
    }

    // A hidden pixel as another frame saw it, in the light of the first frame waiting.
    [[nodiscard]] cv::Vec4f see(int index, const cv::Vec2f& place) const {
        const cv::Mat view = as_mat(frame(index));
        const float scale = view.depth() == CV_8U ? 1.0F : 257.0F;
        const cv::Vec3f by = scale * (light(first) - light(index));
        return steady::read(view, place) + cv::Vec4f(by[0], by[1], by[2], 0);
    }

    // Looks ahead for several frames at once, from the farthest back to the first. False while too
    // few frames have come.
    [[nodiscard]] bool look_ahead() {
        if (waiting.empty()) return false;
        const std::size_t together = reach() / 4;
        const std::size_t length = scene_length();
        const bool is_whole = waiting[length - 1].ends_scene;
        if (!is_whole && length < reach() + together) return false;
        const std::size_t looked_at = std::min(length, reach() + together);
        steady::Sightings later = steady::no_sightings(waiting[looked_at - 1].hidden);
        for (std::size_t i = looked_at; i-- > 0;) {
            if (i + 1 < looked_at)
                later = steady::look_from(waiting[i].hidden, waiting[i].frame.size(),
                                          {.index = first + static_cast<int>(i) + 1,
                                           .hidden = &waiting[i + 1].hidden,
                                           .sightings = &later,
                                           .is_filled = false,
                                           .flow = &waiting[i + 1].flow.to_after},
                                          first);
            if (i < together) ahead.push_front(later);
        }
        return true;
    }

    [[nodiscard]] steady::Sightings look_everywhere() const {
        const steady::Waiting& now = waiting.front();
        steady::Sightings found = steady::no_sightings(now.hidden);
        if (!past.empty())
            found = steady::look_from(now.hidden, now.frame.size(),
                                      {.index = first - 1,
                                       .hidden = &last.hidden,
                                       .sightings = &last.sightings,
                                       .is_filled = true,
                                       .flow = &now.flow.to_before},
                                      first - static_cast<int>(past.size()));
        steady::prefer_truth(found, ahead.front());
        return found;
    }

    // Fills the first frame's hole from other frames and by the filler; what that makes up is noted
    // as seen here.
    [[nodiscard]] SteadyFilled fill_first(steady::Sightings& found, const RunContext& run) const {
        const steady::Waiting& now = waiting.front();
        const cv::Mat frame_view = as_mat(now.frame);
        cv::Mat_<cv::Vec4f> seen(found.area.size(), cv::Vec4f::all(0));
        for (int y = 0; y < seen.rows; ++y)
            for (int x = 0; x < seen.cols; ++x)
                if (found.frame(y, x) >= 0) seen(y, x) = see(found.frame(y, x), found.place(y, x));
        const cv::Mat_<cv::Vec4f> rim_light = steady::find_light(frame_view, now, found, seen);

        SteadyFilled filled{.picture = now.frame, .seen = Matte(now.frame.size())};
        Matte missing(now.frame.size());
        cv::Mat view = as_mat(filled.picture);
        const cv::Point to_crop = found.area.tl() - now.hole.crop.tl();
        for (int y = 0; y < seen.rows; ++y)
            for (int x = 0; x < seen.cols; ++x) {
                if (!now.hidden.hidden(y, x)) continue;
                const cv::Point at = found.area.tl() + cv::Point(x, y);
                const bool is_hole = now.hole.cover(y + to_crop.y, x + to_crop.x) != 0;
                if (found.frame(y, x) < 0) {
                    found.frame(y, x) = first;
                    found.place(y, x) = {static_cast<float>(at.x), static_cast<float>(at.y)};
                    found.made_up(y, x) = 1;
                    if (is_hole) missing.at(at.x, at.y) = 1;
                } else if (is_hole) {
                    cv::Vec4f brighter = rim_light(y, x);
                    brighter[3] = 0;
                    steady::write_pixel(view, at.x, at.y, seen(y, x) + brighter);
                    filled.seen.at(at.x, at.y) = found.made_up(y, x) ? 0.0F : 1.0F;
                }
            }
        const Image background = filler.fill(filled.picture, missing, {}, run).picture;
        filled.picture = now.frame;
        perception::lay_in(as_mat(background)(now.hole.crop), now.hole, filled.picture, run);
        return filled;
    }

    void drop_first(const Image& filled, steady::Sightings found) {
        const std::size_t kept = reach();
        last = {std::move(waiting.front().hidden), std::move(found)};
        past.push_front({filled, waiting.front().light});
        while (past.size() > kept) past.pop_back();
        if (waiting.front().ends_scene) {
            past.clear();
            last = {};
        }
        waiting.pop_front();
        ahead.pop_front();
        ++first;
    }
};

SteadyFill::SteadyFill(Filler filler) : state_(new State{.filler = std::move(filler)}) {}
SteadyFill::~SteadyFill() = default;
SteadyFill::SteadyFill(SteadyFill&&) noexcept = default;
SteadyFill& SteadyFill::operator=(SteadyFill&&) noexcept = default;

void SteadyFill::push(const Image& frame, const Matte& hole, const RunContext& run) {
    State& state = *state_;
    if (!hole.empty() && hole.size() != frame.size())
        throw Error(ErrorCode::mismatch, "hole and frame must have one size");
    steady::Waiting next{.frame = frame.alpha() == AlphaKind::straight ? premultiply(frame) : frame,
                         .alpha = frame.alpha()};
    if (!hole.empty()) next.hole = perception::find_hole(hole);
    next.hidden = steady::hidden_by(next.hole);
    if (!state.begins_scene) {
        const steady::Waiting& before = state.waiting.back();
        if (frame.size() != before.frame.size() || frame.alpha() != before.alpha ||
            frame.sample_type() != before.frame.sample_type())
            throw Error(ErrorCode::mismatch, "frames of a scene must have one size and kind");
        next.flow =
            steady::find_background_flow(before.frame, before.hidden, next.frame, next.hidden, run);
        next.light = before.light + next.flow.brighter;
    }
    state.begins_scene = false;
    state.waiting.push_back(std::move(next));
}

void SteadyFill::finish() {
    State& state = *state_;
    state.begins_scene = true;
    if (!state.waiting.empty()) state.waiting.back().ends_scene = true;
}

std::optional<SteadyFilled> SteadyFill::next(const RunContext& run) {
    State& state = *state_;
    run.throw_if_stopped();
    if (state.ahead.empty() && !state.look_ahead()) return {};
    steady::Sightings found = state.look_everywhere();
    const AlphaKind alpha = state.waiting.front().alpha;
    SteadyFilled filled;
    if (found.area.empty())
        filled = {.picture = state.waiting.front().frame,
                  .seen = Matte(state.waiting.front().frame.size())};
    else
        filled = state.fill_first(found, run);
    state.drop_first(filled.picture, std::move(found));
    if (alpha == AlphaKind::straight) filled.picture = unpremultiply(filled.picture);
    return filled;
}

}  // namespace diorama
