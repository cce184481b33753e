#include "film/render.h"

#include <tbb/concurrent_queue.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>

namespace diorama::film {
namespace {

// A place in the pipeline. It sets out with a frame, or with nothing once the source is at its end;
// a stage may keep the frame and send an earlier one on in its place, or none yet.
struct Place {
    std::optional<Travelling> frame{};
    std::optional<Drawing> drawn{};
    bool is_end = false;  // nothing more comes from upstream
};

void pass(Stage& stage, Place& place, const RunContext& run) {
    const bool has_frame = place.frame.has_value();
    if (has_frame) {
        if (place.frame->starts_scene) stage.end_scene(run);
        stage.push(std::move(*place.frame), run);
    } else if (place.is_end) {
        stage.end_scene(run);
    }
    place.frame = stage.next(run);
    place.is_end = place.is_end && !has_frame && !place.frame;
}

}  // namespace

int Effect::look_ahead_frames() const {
    int frames = 0;
    for (const auto& stage : stages) frames += stage->look_ahead_frames();
    return frames;
}

BusyTime& Meter::of(const std::string& stage) {
    const auto known = std::ranges::find(stages_, stage, &BusyTime::stage);
    return known != stages_.end() ? **known
                                  : *stages_.emplace_back(std::make_unique<BusyTime>(stage));
}

std::string Meter::slowest() const {
    const auto most = std::ranges::max_element(stages_, {}, &BusyTime::seconds);
    return most == stages_.end() ? std::string() : (*most)->stage();
}

std::vector<std::pair<std::string, double>> Meter::seconds() const {
    std::vector<std::pair<std::string, double>> all;
    for (const auto& stage : stages_) all.emplace_back(stage->stage(), stage->seconds());
    return all;
}

void render(FrameSource& source, Effect& effect, DrawnSink& sink, Meter& meter,
            const RunContext& run, const std::function<void()>& on_written) {
    // Places are owned here, since the pipeline drops its tokens where a filter throws.
    const auto place_count = static_cast<std::size_t>(run.thread_count()) + 2;
    std::vector<Place> places(place_count);
    tbb::concurrent_queue<Place*> free_places;
    for (Place& place : places) free_places.push(&place);
    std::atomic<std::int64_t> on_their_way{0};
    bool is_at_end = false;

    RunContext alone = run;
    alone.threads = 1;

    using Mode = tbb::filter_mode;
    auto work = tbb::make_filter<void, Place*>(
        Mode::serial_in_order,
        [&, clock = &meter.of("reading")](tbb::flow_control& flow) -> Place* {
            run.throw_if_stopped();
            Place* place = nullptr;
            free_places.try_pop(place);  // there are as many as tokens
            clock->note([&] {
                if (!is_at_end) place->frame = source.next();
                is_at_end = !place->frame;
            });
            place->is_end = is_at_end;
            if (!is_at_end)
                ++on_their_way;
            else if (on_their_way == 0)
                flow.stop();
            return place;
        });
    for (const auto& stage : effect.stages)
        work = work & tbb::make_filter<Place*, Place*>(
                          Mode::serial_in_order,
                          [&, step = stage.get(), clock = &meter.of(stage->name())](Place* place) {
                              clock->note([&] { pass(*step, *place, run); });
                              return place;
                          });
    const auto draw = tbb::make_filter<Place*, Place*>(
        Mode::parallel, [&, clock = &meter.of("drawing")](Place* place) {
            if (place->frame && place->frame->is_shown)
                clock->note([&] {
                    place->drawn = effect.draw(*place->frame, alone);
                    sink.prepare(*place->drawn, place->frame->number);
                });
            return place;
        });
    const auto write = tbb::make_filter<Place*, void>(
        Mode::serial_in_order, [&, clock = &meter.of("writing")](Place* place) {
            if (place->drawn) {
                clock->note([&] { sink.write(*place->drawn, place->frame->number); });
                on_written();
            }
            if (place->frame) --on_their_way;
            *place = {};
            free_places.push(place);
        });

    tbb::task_arena arena(run.thread_count());
    arena.execute([&] { tbb::parallel_pipeline(place_count, work & draw & write); });
}

}  // namespace diorama::film
