#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/evaluation.h"
#include "diorama/flow.h"
#include "diorama/opencv.h"
#include "evaluation/known.h"

namespace diorama {
namespace {

// The map brought onto the picture that the flow starts from.
cv::Mat_<float> follow(const InverseDepth& map, const Flow& flow) {
    cv::Mat_<float> x(flow.dx.height(), flow.dx.width());
    cv::Mat_<float> y(x.size());
    for (int row = 0; row < x.rows; ++row)
        for (int column = 0; column < x.cols; ++column) {
            x(row, column) = static_cast<float>(column) + flow.dx.at(column, row);
            y(row, column) = static_cast<float>(row) + flow.dy.at(column, row);
        }
    cv::Mat_<float> moved;
    cv::remap(as_mat(map), moved, x, y, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    return moved;
}

}  // namespace

void Flicker::add(const Image& frame, const InverseDepth& depth, const RunContext& run) {
    evaluation::require_same_size(depth.size(), frame.size());
    if (!frame_.empty()) {
        const Flow back = estimate_flow(frame, frame_, FlowPreset::medium, run);
        const Flow there = estimate_flow(frame_, frame, FlowPreset::medium, run);
        const Confidence trust = flow_confidence(back, there, run);
        const cv::Mat_<float> before = follow(depth_, back);
        double change = 0;
        double weight = 0;
        for (int y = 0; y < before.rows; ++y)
            for (int x = 0; x < before.cols; ++x) {
                if (trust.at(x, y) < 0.5F) continue;
                change += std::abs(depth.at(x, y) - before(y, x));
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
