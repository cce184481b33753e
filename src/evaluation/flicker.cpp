#include <cmath>

#include "diorama/evaluation.h"
#include "evaluation/followed.h"
#include "evaluation/known.h"
#include "perception/read_between.h"

namespace diorama {
void Flicker::add(const Image& frame, const InverseDepth& depth, const RunContext& run) {
    evaluation::require_same_size(depth.size(), frame.size());
    if (!frame_.empty()) {
        const auto followed = evaluation::follow(frame_, frame, run);
        double change = 0;
        double weight = 0;
        for (int y = 0; y < depth.height(); ++y)
            for (int x = 0; x < depth.width(); ++x) {
                if (!followed.is_known(x, y)) continue;
                const perception::PlaceBetween before(
                    depth.size(), static_cast<float>(x) + followed.back.dx.at(x, y),
                    static_cast<float>(y) + followed.back.dy.at(x, y));
                change += std::abs(depth.at(x, y) - before.read(depth_.row(0)));
                ++weight;
            }
        if (weight > 0) {
            sum_ += change / weight;
            ++steps_;
        }
    }
    frame_ = frame;
    depth_ = depth;
}

std::optional<double> Flicker::mean_change() const {
    if (steps_ == 0) return {};
    return sum_ / steps_;
}

}  // namespace diorama
