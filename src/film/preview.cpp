#include "film/preview.h"

#include <algorithm>
#include <utility>

#include "film/segment_frames.h"

namespace diorama::film {
namespace {

class OneDrawn : public DrawnSink {
 public:
    void prepare(const Drawing&, std::int64_t) override {}
    void write(const Drawing& drawn, std::int64_t) override { kept = drawn.frame; }
    Drawn kept{};
};

}  // namespace

Drawn draw_preview(const Work& work, Seconds time, const RunContext& run) {
    Excerpt around = work.excerpt;
    // A subject that is followed is shown in the first frame.
    const bool needs_past = work.cutting == Cutting::whole_scenes;
    if (!needs_past) around.start = std::max(time - work.preview.before, Seconds(0));
    around.duration = time - around.start + work.preview.after;
    const Plan plan = make_plan(around, work.cutting, run);
    const auto later = std::ranges::upper_bound(plan.times_s, time.count() + 1e-6);
    const std::int64_t frame = std::max<std::int64_t>(later - plan.times_s.begin() - 1, 0);

    Plan alone = plan;
    alone.segments = {frame};
    Effect effect = work.make_effect();
    const std::int64_t warm_up = needs_past ? frame : kWarmUpFrames;
    FrameRange seen = alone.seen_by(0, static_cast<int>(warm_up), 0);
    seen.end = std::min(frame + 1 + effect.look_ahead_frames(), plan.scene_around(frame).end);
    FilmReader reader(work.excerpt.input, run.threads);
    SegmentFrames frames(reader, plan, seen, {frame, frame + 1});
    OneDrawn sink;
    Meter unheard;
    render(frames, effect, sink, unheard, run, [] {});
    return std::move(sink.kept);
}

}  // namespace diorama::film
