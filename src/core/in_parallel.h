#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <tbb/parallel_invoke.h>

#include "core/arena.h"
#include "diorama/run.h"

namespace diorama::core {

// Calls all of `works`, which have nothing to do with one another, side by side. A thread whose own
// is done helps with what the others share, and may take up what else waits for a thread: no lock
// may be held over the call.
template <class... Works>
void in_parallel(const RunContext& run, const Works&... works) {
    if (run.thread_count() == 1) {
        (works(), ...);
        return;
    }
    on_threads(run, [&] { tbb::parallel_invoke(works...); });
}

}  // namespace diorama::core
