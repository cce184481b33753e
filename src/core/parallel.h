#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>

#include "core/arena.h"
#include "diorama/run.h"

namespace diorama::core {

// Calls `body(begin, end)` for chunks of 0…rows on the run's threads. What a row receives must not
// depend on the chunks, so that results are the same for any number of threads.
template <class Body>
void parallel_rows(const RunContext& run, int rows, const Body& body) {
    const int threads = run.thread_count();
    if (threads == 1 || rows < 2) {
        if (rows > 0) body(0, rows);
        return;
    }
    const int grain = std::max(1, rows / (threads * 8));
    on_threads(run, [&] {
        // A thread that waits for its rows takes up nothing else meanwhile.
        tbb::this_task_arena::isolate([&] {
            tbb::parallel_for(tbb::blocked_range<int>(0, rows, grain),
                              [&](const auto& range) { body(range.begin(), range.end()); });
        });
    });
}

}  // namespace diorama::core
