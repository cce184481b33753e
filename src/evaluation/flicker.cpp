#include <cmath>

#include "diorama/evaluation.h"
#include "diorama/flow.h"
#include "evaluation/known.h"
#include "perception/read_between.h"

namespace diorama {
void Flicker::add(const Image& frame, const InverseDepth& depth, const RunContext& run) {
    evaluation::require_same_size(depth.size(), frame.size());
    if (!frame_.empty()) {
        const Flow back = estimate_flow(frame, frame_, FlowPreset::medium, run);
        const Flow there = estimate_flow(frame_, frame, FlowPreset::medium, run);
        const Confidence trust = flow_confidence(back, there, run);
        double change = 0;
        double weight = 0;
        for (int y = 0; y < depth.height(); ++y)
            for (int x = 0; x < depth.width(); ++x) {
                if (trust.at(x, y) < 0.5F) continue;
                const perception::PlaceBetween before(depth.size(),
                                                      static_cast<float>(x) + back.dx.at(x, y),
                                                      static_cast<float>(y) + back.dy.at(x, y));
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
