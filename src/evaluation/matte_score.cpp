#include <algorithm>
#include <cmath>

#include "diorama/evaluation.h"
#include "evaluation/known.h"

namespace diorama {
namespace {

constexpr double kLeastSubject = 0.01;  // of the picture
constexpr double kMostUnsure = 0.15;    // of the subject, counted as pixels that are half in

}  // namespace

MatteScore compare_mattes(const Matte& found, const Matte& truth) {
    evaluation::require_same_size(found.size(), truth.size());
    std::int64_t both = 0;
    std::int64_t either = 0;
    double error = 0;
    for (std::size_t i = 0; i < truth.values().size(); ++i) {
        const bool in_found = found.values()[i] >= 0.5F;
        const bool in_truth = truth.values()[i] >= 0.5F;
        both += in_found && in_truth;
        either += in_found || in_truth;
        error += std::abs(found.values()[i] - truth.values()[i]);
    }
    // Two empty mattes agree.
    return {.overlap = either == 0 ? 1.0 : static_cast<double>(both) / static_cast<double>(either),
            .error = error / static_cast<double>(std::max<std::int64_t>(1, truth.size().area()))};
}

bool is_sure(const Matte& matte) {
    double subject = 0;
    double unsure = 0;
    for (const float value : matte.values()) {
        subject += value;
        unsure += 2 * std::min(value, 1 - value);
    }
    return subject >= kLeastSubject * static_cast<double>(matte.size().area()) &&
           unsure <= kMostUnsure * subject;
}

}  // namespace diorama
