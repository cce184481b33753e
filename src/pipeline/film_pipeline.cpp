#include "pipeline/film_pipeline.h"

#include <tbb/concurrent_queue.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace diorama::pipeline {
namespace {

// Frames that wait for a thread or for the encoder, besides those being drawn; but never more
// frames than this many bytes hold, or two.
constexpr int kWaitingFrames = 2;
constexpr std::size_t kMostBytes = 400'000'000;

// A frame on its way. The pipeline hands on plain pointers: it drops its tokens when a stage
// throws, and only what the list below owns is then freed.
struct Slot {
    Image frame;
    int index = 0;
};

}  // namespace

void make_film(int count, const std::function<Image()>& make_frame,
               const std::function<void(int index, Image& frame)>& draw, FrameSink& sink,
               const RunContext& run) {
    std::vector<std::unique_ptr<Slot>> slots;
    slots.push_back(std::make_unique<Slot>(Slot{.frame = make_frame()}));
    const std::size_t slot_count =
        std::clamp<std::size_t>(kMostBytes / slots.front()->frame.size_bytes(), 2,
                                static_cast<std::size_t>(run.thread_count()) + kWaitingFrames);
    tbb::concurrent_queue<Slot*> free_slots;
    free_slots.push(slots.front().get());
    int next = 0;

    const auto begin_frame = [&](tbb::flow_control& flow) -> Slot* {
        if (next == count) {
            flow.stop();
            return nullptr;
        }
        run.throw_if_stopped();
        Slot* slot = nullptr;
        if (!free_slots.try_pop(slot)) {
            slots.push_back(std::make_unique<Slot>(Slot{.frame = make_frame()}));
            slot = slots.back().get();
        }
        slot->index = next++;
        return slot;
    };
    const auto draw_frame = [&](Slot* slot) {
        draw(slot->index, slot->frame);
        return slot;
    };
    const auto write_frame = [&](Slot* slot) {
        sink.write(slot->frame);
        const int written = slot->index + 1;
        free_slots.push(slot);
        run.progress("frames", written, count);
    };

    tbb::task_arena arena(run.thread_count());
    arena.execute([&] {
        using Mode = tbb::filter_mode;
        tbb::parallel_pipeline(
            slot_count, tbb::make_filter<void, Slot*>(Mode::serial_in_order, begin_frame) &
                            tbb::make_filter<Slot*, Slot*>(Mode::parallel, draw_frame) &
                            tbb::make_filter<Slot*, void>(Mode::serial_in_order, write_frame));
    });
    sink.finish();
}

}  // namespace diorama::pipeline
