// Where colours hardly differ, noise decides on which side of a step a pixel lies, anew in each
// frame. So a decision is kept until the picture or its depth changes there.
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "diorama/stereo.h"
#include "perception/working_copy.h"
#include "stereo/step_blocks.h"

namespace diorama {
namespace {

// Codes of 255, after noise is averaged within a square of so many pixels.
constexpr int kSameColour = 6;
constexpr int kAveragedPx = 3;

cv::Mat_<cv::Vec3b> without_noise(const Image& picture) {
    cv::Mat_<cv::Vec3b> colours = perception::working_copy(picture, picture.size());
    cv::blur(colours, colours, {kAveragedPx, kAveragedPx});
    return colours;
}

bool is_same(const cv::Vec3b& a, const cv::Vec3b& b) {
    const auto differs = [&](int c) { return std::abs(a[c] - b[c]) > kSameColour; };
    return !differs(0) && !differs(1) && !differs(2);
}

}  // namespace

struct SteadyEdges::State {
    // What each pixel looked like when it was decided, how far it lay, and how far it was put.
    cv::Mat_<cv::Vec3b> colours{};
    Disparity from{};
    Disparity to{};
};

SteadyEdges::SteadyEdges() : state_(std::make_unique<State>()) {}
SteadyEdges::~SteadyEdges() = default;
SteadyEdges::SteadyEdges(SteadyEdges&&) noexcept = default;
SteadyEdges& SteadyEdges::operator=(SteadyEdges&&) noexcept = default;

void SteadyEdges::begin_scene() {
    *state_ = {};
}

Disparity SteadyEdges::place(const Disparity& disparity, const Image& picture, DepthEdges edges,
                             const RunContext& run) {
    Disparity placed = place_edges(disparity, picture, edges, run);
    if (edges == DepthEdges::keep) return placed;
    State& past = *state_;
    cv::Mat_<cv::Vec3b> colours = without_noise(picture);
    if (past.from.size() != disparity.size()) {
        past = {.colours = std::move(colours), .from = disparity, .to = placed};
        return placed;
    }
    const float same_px = stereo::least_step_px(picture.width());
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        run.throw_if_stopped();
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < picture.width(); ++x) {
                const float now = disparity.at(x, y), then = past.from.at(x, y);
                const bool holds =
                    std::abs(now - then) <= same_px && is_same(colours(y, x), past.colours(y, x));
                if (holds) {
                    const bool was_moved = past.to.at(x, y) != then;
                    placed.at(x, y) = was_moved ? past.to.at(x, y) : now;
                    continue;
                }
                past.colours(y, x) = colours(y, x);
                past.from.at(x, y) = now;
                past.to.at(x, y) = placed.at(x, y);
            }
    });
    return placed;
}

}  // namespace diorama
