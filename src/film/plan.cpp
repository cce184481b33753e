#include "film/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "diorama/error.h"
#include "diorama/scenes.h"
#include "diorama/video.h"

namespace diorama::film {
namespace {

// Times are sums of ticks, and a person writes them with few digits.
constexpr Seconds kTolerance{0.0005};

// The range between two of `starts`, of which the one that holds `frame` is the last not after it.
FrameRange between(const std::vector<std::int64_t>& starts, std::int64_t frame, std::int64_t end) {
    const auto next = std::ranges::upper_bound(starts, frame);
    return {*(next - 1), next == starts.end() ? end : *next};
}

void add_scene(Plan& plan, std::int64_t first) {
    if (plan.scenes.back() != first) plan.scenes.push_back(first);
}

}  // namespace

bool Excerpt::holds(Seconds time) const {
    return time >= start - kTolerance && !ends_before(time);
}

bool Excerpt::ends_before(Seconds time) const {
    return duration && time >= start + *duration - kTolerance;
}

FrameRange Plan::segment(std::size_t n) const {
    return {segments[n], n + 1 < segments.size() ? segments[n + 1] : frames()};
}

FrameRange Plan::scene_around(std::int64_t frame) const {
    return between(scenes, frame, frames());
}

SceneSpan Plan::span_around(std::int64_t frame) const {
    const FrameRange scene = scene_around(frame);
    const auto begin_of = [&](std::int64_t first) {
        return times_s[static_cast<std::size_t>(first)] - duration_s(first) / 2;
    };
    return {scene.begin == 0 ? 0 : begin_of(scene.begin),
            scene.end == frames() ? std::numeric_limits<double>::infinity() : begin_of(scene.end)};
}

FrameRange Plan::seen_by(std::size_t n, int warm_up, int look_ahead) const {
    const FrameRange shown = segment(n);
    return {std::max(shown.begin - warm_up, scene_around(shown.begin).begin),
            std::min(shown.end + look_ahead, scene_around(shown.end - 1).end)};
}

bool Plan::starts_scene(std::int64_t frame) const {
    return std::ranges::binary_search(scenes, frame);
}

double Plan::duration_s(std::int64_t frame) const {
    const auto n = static_cast<std::size_t>(frame);
    return (n + 1 < times_s.size() ? times_s[n + 1] : end_s) - times_s[n];
}

std::vector<std::int64_t> cut_segments(const Plan& plan, Cutting cutting) {
    std::vector<std::int64_t> segments;
    const auto time_of = [&](std::int64_t frame) {
        return frame < plan.frames() ? plan.times_s[static_cast<std::size_t>(frame)] : plan.end_s;
    };
    for (const std::int64_t first : plan.scenes) {
        const FrameRange scene = plan.scene_around(first);
        if (!segments.empty() &&
            time_of(scene.end) - time_of(segments.back()) <= kLongestSegment.count())
            continue;
        const double length_s = time_of(scene.end) - time_of(scene.begin);
        const double lengths = length_s / kLongestSegment.count() - kTolerance.count();
        const auto pieces =
            cutting == Cutting::whole_scenes
                ? 1
                : std::clamp<std::int64_t>(std::llround(std::ceil(lengths)), 1, scene.size());
        for (std::int64_t piece = 0; piece < pieces; ++piece)
            segments.push_back(scene.begin + piece * scene.size() / pieces);
    }
    return segments;
}

Plan make_plan(const Excerpt& excerpt, Cutting cutting, const RunContext& run) {
    FilmReader reader(excerpt.input, run.threads);
    const FilmInfo info = reader.info();
    if (excerpt.start > Seconds(0)) reader.seek(excerpt.start);
    Plan plan{.scenes = {0}, .every = excerpt.every};
    SceneFinder finder;
    const auto take_scenes = [&] {
        while (const auto start = finder.next())
            add_scene(plan, (start->frame + excerpt.every - 1) / excerpt.every);
    };
    std::int64_t read = 0;
    for (; const auto frame = reader.next(); ++read) {
        run.throw_if_stopped();
        if (excerpt.ends_before(frame->time)) break;
        if (read == 0) plan.first_index = frame->index;
        finder.push(frame->image);
        take_scenes();
        if (read % excerpt.every == 0) plan.times_s.push_back(frame->time.count());
        plan.end_s = (frame->time + frame->duration).count();
        plan.repeated += frame->origin == FrameOrigin::repeated ? 1 : 0;
        run.progress("looking for scenes", read + 1, std::max(info.frames, read + 1));
    }
    finder.finish();
    take_scenes();
    if (plan.times_s.empty())
        throw Error(ErrorCode::usage,
                    fmt::format("holds no frame from {} s on{}", excerpt.start.count(),
                                excerpt.duration ? " for so long" : ""),
                    excerpt.input.string());
    if (plan.scenes.back() >= plan.frames()) plan.scenes.pop_back();
    plan.segments = cut_segments(plan, cutting);
    return plan;
}

}  // namespace diorama::film
