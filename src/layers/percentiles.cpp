#include "layers/percentiles.h"

#include <tbb/parallel_sort.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <cmath>

namespace diorama::layers {

std::vector<float> percentiles(std::vector<float> values, const std::vector<double>& fractions,
                               const RunContext& run) {
    tbb::task_arena arena(run.thread_count());
    arena.execute([&] { tbb::parallel_sort(values.begin(), values.end()); });

    std::vector<float> found;
    for (const double fraction : fractions) {
        const double position = static_cast<double>(values.size() - 1) * fraction;
        const auto below = static_cast<std::size_t>(position);
        const std::size_t above = std::min(below + 1, values.size() - 1);
        found.push_back(std::lerp(values[below], values[above],
                                  static_cast<float>(position - static_cast<double>(below))));
    }
    return found;
}

}  // namespace diorama::layers
