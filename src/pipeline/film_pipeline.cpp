#include "pipeline/film_pipeline.h"

#include <tbb/concurrent_queue.h>
#include <tbb/parallel_pipeline.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <memory>

namespace diorama::pipeline {
namespace {

// Frames that wait for a thread or for the encoder, besides those being drawn; but never more
// frames than this many bytes hold, or two.
constexpr int kWaitingFrames = 2;
constexpr std::size_t kMostBytes = 400'000'000;

struct Job {
    int index = 0;
    std::shared_ptr<Image> frame;
};

}  // namespace

void make_film(int count, const std::function<Image()>& make_frame,
               const std::function<void(int index, Image& frame)>& draw, FrameSink& sink,
               const RunContext& run) {
    tbb::concurrent_queue<std::shared_ptr<Image>> free_frames;
    const auto first_frame = std::make_shared<Image>(make_frame());
    const std::size_t frames_at_once =
        std::clamp<std::size_t>(kMostBytes / first_frame->size_bytes(), 2,
                                static_cast<std::size_t>(run.thread_count()) + kWaitingFrames);
    free_frames.push(first_frame);
    int next = 0;

    const auto begin_frame = [&](tbb::flow_control& flow) -> Job {
        if (next == count) {
            flow.stop();
            return {};
        }
        run.throw_if_stopped();
        std::shared_ptr<Image> frame;
        if (!free_frames.try_pop(frame)) frame = std::make_shared<Image>(make_frame());
        return {next++, std::move(frame)};
    };
    const auto draw_frame = [&](Job job) -> Job {
        draw(job.index, *job.frame);
        return job;
    };
    const auto write_frame = [&](Job job) {
        sink.write(*job.frame);
        free_frames.push(std::move(job.frame));
        run.progress("frames", job.index + 1, count);
    };

    tbb::task_arena arena(run.thread_count());
    arena.execute([&] {
        using Mode = tbb::filter_mode;
        tbb::parallel_pipeline(frames_at_once,
                               tbb::make_filter<void, Job>(Mode::serial_in_order, begin_frame) &
                                   tbb::make_filter<Job, Job>(Mode::parallel, draw_frame) &
                                   tbb::make_filter<Job, void>(Mode::serial_in_order, write_frame));
    });
    sink.finish();
}

}  // namespace diorama::pipeline
