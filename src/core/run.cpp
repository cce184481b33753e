#include "diorama/run.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "diorama/error.h"

namespace diorama {

void RunContext::progress(std::string stage, std::int64_t done, std::int64_t total,
                          ProgressUnit unit) const {
    if (on_progress) on_progress({std::move(stage), done, total, unit});
}

void RunContext::warn(const std::string& line) const {
    if (on_warning) on_warning(line);
}

void RunContext::throw_if_stopped() const {
    if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped");
}

int RunContext::thread_count() const noexcept {
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    return threads > 0 ? std::min(threads, cores) : cores;
}

}  // namespace diorama
