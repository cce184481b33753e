#include <algorithm>
#include <cmath>

#include "core/parallel.h"
#include "diorama/depth.h"
#include "perception/depth_frame.h"
#include "perception/detail_depth.h"

namespace diorama {

DepthEstimate estimate_depth(const Model& model, const Image& picture, const Matte* matte,
                             const RunContext& run) {
    DepthStream stream(model);
    stream.push(picture, matte, run);
    stream.finish(run);
    return std::move(*stream.next(run));
}

DepthEstimate estimate_depth_in_detail(const Model& model, const Image& picture, const Matte* matte,
                                       const RunContext& run) {
    if (model.interface().task != ModelTask::depth || model.interface().window.frames > 0)
        return estimate_depth(model, picture, matte, run);
    const perception::DepthFrame frame(picture, matte, perception::kDetailPixels);
    const Image view = frame.view_for_network(run);
    perception::NetworkDepth depth = perception::read_depth(model.run(view, run));
    depth.inverse = perception::add_detail(model, view, depth, run);
    return frame.finish(depth, run);
}

Confidence heuristic_confidence(const InverseDepth& depth) {
    const int width = depth.width();
    const int height = depth.height();
    Confidence confidence(depth.size(), 1.0F);
    // Differences across two pixels, at the border across one.
    const auto slope = [](float before, float after, int distance) {
        return distance > 0 ? (after - before) / static_cast<float>(distance) : 0.0F;
    };
    core::parallel_rows({}, height, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const int above = std::max(y - 1, 0);
            const int below = std::min(y + 1, height - 1);
            for (int x = 0; x < width; ++x) {
                const int left = std::max(x - 1, 0);
                const int right = std::min(x + 1, width - 1);
                const float dx = slope(depth.at(left, y), depth.at(right, y), right - left);
                const float dy = slope(depth.at(x, above), depth.at(x, below), below - above);
                confidence.at(x, y) = std::exp(-10.0F * std::sqrt(dx * dx + dy * dy));
            }
        }
    });
    return confidence;
}

}  // namespace diorama
