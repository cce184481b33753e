#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <tbb/task_arena.h>

#include "diorama/run.h"

namespace diorama::core {

// Calls `work` where oneTBB has the run's threads. Work that is already among as many stays there:
// an arena within an arena waits for threads that the outer one has.
template <class Work>
void on_threads(const RunContext& run, const Work& work) {
    const int threads = run.thread_count();
    if (tbb::this_task_arena::max_concurrency() == threads) {
        work();
        return;
    }
    tbb::task_arena arena(threads);
    arena.execute(work);
}

}  // namespace diorama::core
