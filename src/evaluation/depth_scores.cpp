#include <algorithm>
#include <cmath>
#include <random>

#include "core/quantile.h"
#include "diorama/error.h"
#include "diorama/evaluation.h"
#include "evaluation/known.h"

namespace diorama {
namespace evaluation {
namespace {

struct ScaleAndShift {
    double shift = 0;
    double scale = 0;
};

ScaleAndShift fit_robustly(const std::vector<float>& values) {
    std::vector<float> ordered = values;
    const double shift = core::median(ordered);
    double deviation = 0;
    for (const float value : values) deviation += std::abs(value - shift);
    return {shift, deviation / static_cast<double>(values.size())};
}

}  // namespace

void require_same_size(Size found, Size truth) {
    if (found != truth)
        throw Error(ErrorCode::mismatch, "what was found and the truth have two sizes",
                    "evaluation");
}

KnownPixels known_pixels(const InverseDepth& found, const DepthTruth& truth) {
    require_same_size(found.size(), truth.size());
    KnownPixels known;
    for (std::size_t i = 0; i < truth.values().size(); ++i) {
        if (!std::isfinite(truth.values()[i])) continue;
        known.found.push_back(found.values()[i]);
        known.truth.push_back(truth.values()[i]);
    }
    return known;
}

}  // namespace evaluation

std::optional<double> scale_free_error(const InverseDepth& found, const DepthTruth& truth) {
    const auto known = evaluation::known_pixels(found, truth);
    if (known.truth.empty()) return {};
    const auto of_truth = evaluation::fit_robustly(known.truth);
    if (of_truth.scale <= 0) return {};
    const auto of_found = evaluation::fit_robustly(known.found);
    const double scale = of_found.scale > 0 ? of_found.scale : 1;  // a flat map stays flat
    double sum = 0;
    for (std::size_t i = 0; i < known.truth.size(); ++i)
        sum += std::abs((known.found[i] - of_found.shift) / scale -
                        (known.truth[i] - of_truth.shift) / of_truth.scale);
    return sum / static_cast<double>(known.truth.size());
}

std::optional<double> ordinal_accuracy(const InverseDepth& found, const DepthTruth& truth,
                                       const OrdinalOptions& options) {
    const auto known = evaluation::known_pixels(found, truth);
    if (known.truth.empty()) return {};
    const auto [low, high] = std::ranges::minmax(known.truth);
    const double least = options.least_difference * (high - low);
    if (high <= low) return {};

    // Of a truth that is nearly flat few pairs differ by enough; the search must end.
    constexpr int kTriesAPair = 50;
    std::mt19937_64 random(options.seed);
    const auto any_pixel = [&] { return static_cast<std::size_t>(random() % known.truth.size()); };
    std::int64_t asked = 0;
    std::int64_t right = 0;
    for (std::int64_t tries = 0;
         asked < options.pairs && tries < std::int64_t{kTriesAPair} * options.pairs; ++tries) {
        const std::size_t a = any_pixel();
        const std::size_t b = any_pixel();
        const double difference = double{known.truth[a]} - known.truth[b];
        if (std::abs(difference) <= least) continue;
        ++asked;
        // What the map holds for equal is a wrong answer.
        if (difference * (double{known.found[a]} - known.found[b]) > 0) ++right;
    }
    if (asked == 0) return {};
    return static_cast<double>(right) / static_cast<double>(asked);
}

}  // namespace diorama
