#include "film/anchor_stage.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace diorama::film {

void AnchorStage::push(Travelling frame, const RunContext&) {
    frame.anchors =
        find_anchors(frame.depth, options_, frame.matte.empty() ? nullptr : &frame.matte);
    waiting_.push_back(std::move(frame));
}

void AnchorStage::end_scene(const RunContext&) {
    const std::size_t over = std::accumulate(ends_.begin(), ends_.end(), std::size_t{0});
    if (waiting_.size() > over) ends_.push_back(waiting_.size() - over);
}

std::size_t AnchorStage::scene_length() const {
    return ends_.empty() ? waiting_.size() : ends_.front();
}

std::optional<Travelling> AnchorStage::next(const RunContext&) {
    if (ends_.empty() && waiting_.size() <= kReachFrames) return std::nullopt;
    const DepthAnchors smoothed = smooth();
    Travelling frame = std::move(waiting_.front());
    waiting_.pop_front();
    passed_.push_front(std::exchange(frame.anchors, smoothed));
    if (passed_.size() > kReachFrames) passed_.pop_back();
    if (!ends_.empty() && --ends_.front() == 0) {
        ends_.pop_front();
        passed_.clear();
    }
    return frame;
}

DepthAnchors AnchorStage::smooth() const {
    constexpr double kSigmaFrames = kReachFrames / 2.0;
    double weights = 0;
    DepthAnchors sum{.far = 0, .near = 0, .zero_plane = 0};
    const auto add = [&](const DepthAnchors& anchors, std::size_t away) {
        const double sigmas = static_cast<double>(away) / kSigmaFrames;
        const double weight = std::exp(-0.5 * sigmas * sigmas);
        sum.far += weight * anchors.far;
        sum.near += weight * anchors.near;
        sum.zero_plane += weight * anchors.zero_plane;
        weights += weight;
    };
    const std::size_t ahead = std::min<std::size_t>(scene_length(), kReachFrames + 1);
    for (std::size_t i = 0; i < ahead; ++i) add(waiting_[i].anchors, i);
    for (std::size_t i = 0; i < passed_.size(); ++i) add(passed_[i], i + 1);
    return {.far = sum.far / weights,
            .near = sum.near / weights,
            .zero_plane = sum.zero_plane / weights};
}

}  // namespace diorama::film
