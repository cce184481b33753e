#include "diorama/steady_depth.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>

#include "core/parallel.h"
#include "diorama/error.h"
#include "steady/follow.h"

namespace diorama {
namespace {

using steady::Line;
using steady::Past;

// At full stability so much of a pixel's value is its past.
constexpr double kMostPast = 0.95;

// A frame on its way: its depth, and where that lies on the scale of the scene.
struct Waiting {
    InverseDepth depth{};
    Past past{};  // empty for a scene's first
    Line to_scene{};
    bool ends_scene = false;
};

void apply(const Line& line, InverseDepth& depth, const RunContext& run) {
    core::parallel_rows(run, depth.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (float* value = depth.row(y); value != depth.row(y) + depth.width(); ++value)
                *value = static_cast<float>(line.at(*value));
    });
    depth.offset -= depth.scale * static_cast<float>(line.shift / line.scale);
    depth.scale /= static_cast<float>(line.scale);
}

}  // namespace

const std::vector<Field<SteadyOptions>>& SteadyOptions::fields() {
    static const std::vector<Field<SteadyOptions>> list{
        field("stability", &SteadyOptions::stability, {.min = 0, .max = 1},
              "how steady depth is within a scene of a film; 0: each frame by itself"),
    };
    return list;
}

struct SteadyDepth::State {
    SteadyOptions options{};
    // Of the frame that was pushed last.
    Image frame{};
    InverseDepth depth{};
    Line to_scene{};
    std::deque<Waiting> waiting{};
    // Of the frames that were handed over last, newest first, and the last of them itself. The
    // scale of the scene is that of the last, so that nothing drifts away over a long scene.
    std::deque<Line> handed_over{};
    InverseDepth last{};

    [[nodiscard]] bool is_next_known() const {
        if (waiting.empty()) return false;
        return waiting.size() > kLookAheadFrames || waiting[scene_length() - 1].ends_scene;
    }

    // How many of the waiting frames belong to the first one's scene.
    [[nodiscard]] std::size_t scene_length() const {
        const auto end = std::ranges::find(waiting, true, &Waiting::ends_scene);
        return end == waiting.end() ? waiting.size()
                                    : static_cast<std::size_t>(end - waiting.begin()) + 1;
    }

    // Where 0 and 1 of frames lie on the scale of the scene, smoothly through time.
    [[nodiscard]] Line smooth_line() const {
        constexpr double kSigmaFrames = kLookAheadFrames / 2.0;
        double weight = 0;
        Line sum{0, 0};
        const auto add = [&](const Line& line, std::size_t away) {
            const double sigmas = static_cast<double>(away) / kSigmaFrames;
            const double w = std::exp(-0.5 * sigmas * sigmas);
            sum.scale += w * line.scale;
            sum.shift += w * line.shift;
            weight += w;
        };
        const std::size_t ahead = std::min<std::size_t>(scene_length(), kLookAheadFrames + 1);
        for (std::size_t i = 0; i < ahead; ++i) add(waiting[i].to_scene, i);
        for (std::size_t i = 0; i < handed_over.size(); ++i) add(handed_over[i], i + 1);
        return {sum.scale / weight, sum.shift / weight};
    }

    // Puts the scene on another scale.
    void rescale(const Line& line) {
        const std::size_t length = scene_length();
        for (std::size_t i = 0; i < length; ++i)
            waiting[i].to_scene = chain(line, waiting[i].to_scene);
        for (Line& past : handed_over) past = chain(line, past);
        if (!waiting[length - 1].ends_scene) to_scene = chain(line, to_scene);
    }

    void drop_first() {
        if (waiting.front().ends_scene) {
            handed_over.clear();
            last = {};
        } else {
            handed_over.push_front(waiting.front().to_scene);
            if (handed_over.size() > kLookAheadFrames) handed_over.pop_back();
        }
        waiting.pop_front();
    }
};

SteadyDepth::SteadyDepth(const SteadyOptions& options) : state_(std::make_unique<State>()) {
    validate(options);
    state_->options = options;
}
SteadyDepth::~SteadyDepth() = default;
SteadyDepth::SteadyDepth(SteadyDepth&&) noexcept = default;
SteadyDepth& SteadyDepth::operator=(SteadyDepth&&) noexcept = default;

void SteadyDepth::push(const Image& frame, InverseDepth depth, const RunContext& run) {
    State& state = *state_;
    if (depth.size() != frame.size() ||
        (!state.frame.empty() && frame.size() != state.frame.size()))
        throw Error(ErrorCode::mismatch, "depth and frames of a scene must have one size");
    Waiting next{.depth = std::move(depth)};
    if (state.options.stability > 0) {
        if (state.frame.empty()) {
            state.to_scene = {};
        } else {
            next.past = steady::find_past(frame, state.frame, run);
            state.to_scene =
                chain(state.to_scene, steady::fit_to_before(next.depth, state.depth, next.past));
        }
        state.frame = frame;
        state.depth = next.depth;
        next.to_scene = state.to_scene;
    } else {
        next.ends_scene = true;
    }
    state.waiting.push_back(std::move(next));
}

void SteadyDepth::finish() {
    State& state = *state_;
    state.frame = {};
    if (!state.waiting.empty()) state.waiting.back().ends_scene = true;
}

std::optional<InverseDepth> SteadyDepth::next(const RunContext& run) {
    State& state = *state_;
    run.throw_if_stopped();
    if (!state.is_next_known()) return {};
    InverseDepth depth = std::move(state.waiting.front().depth);
    if (state.options.stability > 0) {
        apply(state.waiting.front().to_scene, depth, run);
        if (!state.last.empty())
            steady::average_with_past(depth, state.last, state.waiting.front().past,
                                      kMostPast * state.options.stability, run);
        const Line smooth = state.smooth_line();
        const Line back{1 / smooth.scale, -smooth.shift / smooth.scale};
        apply(back, depth, run);
        state.rescale(back);
        state.last = depth;
    }
    state.drop_first();
    return depth;
}

}  // namespace diorama
