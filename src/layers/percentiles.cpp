#include "layers/percentiles.h"

#include <tbb/parallel_sort.h>

#include <algorithm>
#include <cmath>

#include "core/arena.h"

namespace diorama::layers {

std::vector<float> percentiles(std::vector<float> values, const std::vector<double>& fractions,
                               const RunContext& run) {
    core::on_threads(run, [&] { tbb::parallel_sort(values.begin(), values.end()); });

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
