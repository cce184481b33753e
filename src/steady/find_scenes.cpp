#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>
#include <vector>

#include "core/quantile.h"
#include "diorama/scenes.h"
#include "steady/sketch.h"

namespace diorama {
namespace {

using steady::Sketch;

// The longest flash, or blink of another shot, that a scene outlives.
constexpr std::int64_t kFlashFrames = 5;
constexpr std::int64_t kHalfDissolve = SceneFinder::kLookAheadFrames;
// Frames of less contrast are blank: black, white, or the end of a fade.
constexpr double kBlankContrast = 8;
// A cut changes so much more than its neighbours do. Within shots 0.25 is rare, between shots 0.4.
constexpr double kLeastChange = 0.2;
constexpr double kTimesTypical = 1.5;
constexpr double kSurelyChange = 0.45;
constexpr double kSameShot = 0.22;
// Of the structure alone, which light does not change.
constexpr double kCutStructure = 0.15;
constexpr double kDissolveStructure = 0.2;

double add_colours(double structure, const Sketch& from, const Sketch& to) {
    return structure + steady::colour_change(from, to) / 2;
}

double change_between(const Sketch& from, const Sketch& to) {
    return add_colours(steady::structure_change(from, to), from, to);
}

bool is_blank(const Sketch& sketch) {
    return sketch.contrast < kBlankContrast;
}

}  // namespace

struct SceneFinder::State {
    struct Frame {
        Sketch sketch{};
        double structure = 0;  // changed since the frame before
        double change = 0;     // with the colours
    };
    struct Dissolve {
        std::int64_t frame = -1;
        double off_middle = 1;
    };

    std::deque<Frame> frames{};
    std::int64_t first = 0;  // which frame of the film the deque begins with
    std::int64_t undecided = 1;
    std::int64_t last_start = 0;  // or the first frame after a dissolve
    Sketch last_seen{};           // the last frame before `undecided` that is not blank
    Dissolve dissolve{};
    std::deque<SceneStart> found{};

    [[nodiscard]] std::int64_t end() const {
        return first + static_cast<std::int64_t>(frames.size());
    }
    [[nodiscard]] bool has(std::int64_t n) const { return n >= first && n < end(); }
    [[nodiscard]] const Frame& at(std::int64_t n) const {
        return frames[static_cast<std::size_t>(n - first)];
    }
    [[nodiscard]] const Sketch& sketch(std::int64_t n) const { return at(n).sketch; }

    // The median of what changes from frame to frame round this one.
    [[nodiscard]] double typical_change(std::int64_t n) const {
        std::vector<double> changes;
        for (std::int64_t i = n - kHalfDissolve / 2; i <= n + kHalfDissolve / 2; ++i)
            if (i != n && i > last_start && has(i)) changes.push_back(at(i).change);
        if (changes.empty()) return 0;
        return core::median(changes);
    }

    [[nodiscard]] bool is_great(double change, std::int64_t n) const {
        return change > std::min(kSurelyChange, kLeastChange + kTimesTypical * typical_change(n));
    }

    // Whether one of the frames that follow goes on from before this one, or this one from one of
    // those before: a flash, or its end.
    [[nodiscard]] bool is_flash(std::int64_t n) const {
        for (std::int64_t i = 1; i <= kFlashFrames; ++i) {
            if (has(n + i) && change_between(sketch(n - 1), sketch(n + i)) < kSameShot) return true;
            if (n - 1 - i >= last_start && has(n - 1 - i) &&
                change_between(sketch(n - 1 - i), sketch(n)) < kSameShot)
                return true;
        }
        return false;
    }

    [[nodiscard]] bool is_cut(std::int64_t n) const {
        if (is_blank(sketch(n))) return false;
        if (is_blank(sketch(n - 1)))
            return last_seen.brightness.empty() || change_between(last_seen, sketch(n)) > kSameShot;
        return at(n).structure > kCutStructure && is_great(at(n).change, n) && !is_flash(n);
    }

    // How far a frame is from the middle of a dissolve; 1 where it is in none. All that a dissolve
    // shows is a mixture of what it begins and ends with; what a pan shows on its way is not.
    [[nodiscard]] double off_middle_of_dissolve(std::int64_t n) const {
        constexpr double kLeastContrast = 0.35;  // less is a fade or a flash
        constexpr double kMostRest = 0.2;
        const std::int64_t before = n - kHalfDissolve;
        const std::int64_t after = n + kHalfDissolve;
        if (before < last_start || !has(before) || !has(after)) return 1;
        double off = 1;
        for (const std::int64_t i : {n, n - kHalfDissolve / 2, n + kHalfDissolve / 2}) {
            const auto mixture = steady::unmix(sketch(i), sketch(before), sketch(after));
            if (mixture.rest > kMostRest) return 1;
            if (i == n) off = std::abs(2 * mixture.first - 1);
        }
        for (std::int64_t i = before + 1; i <= after; ++i)
            if (at(i).structure > kSurelyChange) return 1;
        const auto [faint, strong] = std::minmax_element(
            frames.begin() + (before - first), frames.begin() + (after + 1 - first),
            [](const Frame& a, const Frame& b) { return a.sketch.contrast < b.sketch.contrast; });
        if (faint->sketch.contrast < kLeastContrast * strong->sketch.contrast) return 1;
        if (off > 0.5 || steady::structure_change(sketch(before), sketch(after),
                                                  steady::Reach::many_frames) < kDissolveStructure)
            return 1;
        return off;
    }

    void begin_scene(std::int64_t n, SceneChange change) {
        found.push_back({n, change});
        last_start = change == SceneChange::gradual ? n + kHalfDissolve : n;
        dissolve = {};
    }

    void decide(std::int64_t n) {
        if (n >= last_start && dissolve.frame < 0 && is_cut(n)) {
            begin_scene(n, SceneChange::cut);
        } else if (const double off = off_middle_of_dissolve(n); off < dissolve.off_middle) {
            dissolve = {n, off};
        } else if (dissolve.frame >= 0 && off == 1) {
            begin_scene(dissolve.frame, SceneChange::gradual);
        }
        if (!is_blank(sketch(n))) last_seen = sketch(n);
    }

    void decide_until(std::int64_t limit) {
        for (; undecided < limit; ++undecided) {
            decide(undecided);
            while (first < undecided - kHalfDissolve) {
                frames.pop_front();
                ++first;
            }
        }
    }
};

SceneFinder::SceneFinder() : state_(std::make_unique<State>()) {}
SceneFinder::~SceneFinder() = default;
SceneFinder::SceneFinder(SceneFinder&&) noexcept = default;
SceneFinder& SceneFinder::operator=(SceneFinder&&) noexcept = default;

void SceneFinder::push(const Image& frame) {
    State& state = *state_;
    State::Frame next{.sketch = steady::draw_sketch(frame)};
    if (state.frames.empty()) {
        if (!is_blank(next.sketch)) state.last_seen = next.sketch;
    } else {
        const Sketch& before = state.frames.back().sketch;
        next.structure = steady::structure_change(before, next.sketch);
        next.change = add_colours(next.structure, before, next.sketch);
    }
    state.frames.push_back(std::move(next));
    state.decide_until(state.end() - kLookAheadFrames);
}

void SceneFinder::finish() {
    state_->decide_until(state_->end());
    if (state_->dissolve.frame >= 0)
        state_->begin_scene(state_->dissolve.frame, SceneChange::gradual);
}

std::optional<SceneStart> SceneFinder::next() {
    if (state_->found.empty()) return {};
    const SceneStart start = state_->found.front();
    state_->found.pop_front();
    return start;
}

std::int64_t SceneFinder::known_until() const {
    return state_->dissolve.frame >= 0 ? state_->dissolve.frame : state_->undecided;
}

}  // namespace diorama
