#include "film/depth_stages.h"

#include <utility>

namespace diorama::film {

void DepthStage::push(Travelling frame, const RunContext& run) {
    stream_.push(frame.image, nullptr, run);
    waiting_.push_back(std::move(frame));
}

std::optional<Travelling> DepthStage::next(const RunContext& run) {
    std::optional<DepthEstimate> estimate = stream_.next(run);
    if (!estimate) return std::nullopt;
    Travelling frame = std::move(waiting_.front());
    waiting_.pop_front();
    frame.depth = std::move(estimate->inverse_depth);
    return frame;
}

void SteadyStage::push(Travelling frame, const RunContext& run) {
    steady_.push(frame.image, std::move(frame.depth), run);
    waiting_.push_back(std::move(frame));
}

std::optional<Travelling> SteadyStage::next(const RunContext& run) {
    std::optional<InverseDepth> depth = steady_.next(run);
    if (!depth) return std::nullopt;
    Travelling frame = std::move(waiting_.front());
    waiting_.pop_front();
    frame.depth = std::move(*depth);
    return frame;
}

}  // namespace diorama::film
