#include "perception/edge_aware.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/ximgproc/edge_filter.hpp>
#include <vector>

#include "core/parallel.h"
#include "perception/normalise.h"

namespace diorama::perception {
namespace {

// A slope is a change within five pixels of the network's map, as a fraction of the map's range.
// Below the first it is the shape of a surface and stays; above the second it is a smeared edge.
constexpr float kSurfaceSlope = 0.06F;
constexpr float kEdgeSlope = 0.15F;
// How quickly trust in a value falls with the slope around it.
constexpr float kDistrust = 25.0F;
constexpr float kLeastTrust = 1e-3F;

// How far a smeared edge reaches for sure pixels, in pixels of the map; colours that differ by more
// than kColourEdge, of 255, stop it.
constexpr double kReach = 5.0;
constexpr double kColourEdge = 8.0;

cv::Mat_<float> measure_slope(const cv::Mat_<float>& map) {
    const auto ends = find_percentiles(std::vector<float>(map.begin(), map.end()),
                                       {map.cols, map.rows}, nullptr, {0.02, 0.98});
    const cv::Mat window = cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 5});
    cv::Mat nearest, farthest;
    cv::dilate(map, nearest, window);
    cv::erode(map, farthest, window);
    const double range = std::max(static_cast<double>(ends[1]) - ends[0], 1e-12);
    return (nearest - farthest) / range;
}

}  // namespace

// The map is smoothed along the guide twice, once weighted by trust and once the trust itself, and
// divided: on a smeared edge each side takes the values of the sure pixels that it can reach
// without crossing a colour edge. The smoother is the fast global one (Min et al., 2014).
cv::Mat_<float> upsample_along_edges(const cv::Mat_<float>& map, const cv::Mat_<cv::Vec3b>& guide,
                                     const RunContext& run) {
    cv::Mat_<float> large;
    cv::resize(map, large, guide.size(), 0, 0, cv::INTER_CUBIC);
    cv::Mat_<float> slope = measure_slope(map);
    double steepest = 0;
    cv::minMaxLoc(slope, nullptr, &steepest);
    // The smoother has no meaning on a single row or column.
    if (steepest <= kSurfaceSlope || guide.rows < 2 || guide.cols < 2) return large;

    cv::Mat_<float> trust(slope.size());
    std::transform(slope.begin(), slope.end(), trust.begin(),
                   [](float s) { return std::max(kLeastTrust, std::exp(-kDistrust * s)); });
    cv::resize(trust, trust, guide.size(), 0, 0, cv::INTER_LINEAR);
    cv::resize(slope, slope, guide.size(), 0, 0, cv::INTER_LINEAR);

    const double reach_px = kReach * std::max(1.0, static_cast<double>(guide.cols) / map.cols);
    const auto smoother =
        cv::ximgproc::createFastGlobalSmootherFilter(guide, reach_px * reach_px, kColourEdge);
    cv::Mat_<float> weighted = large.mul(trust);
    smoother->filter(weighted, weighted);
    smoother->filter(trust, trust);

    core::parallel_rows(run, large.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < large.cols; ++x) {
                const float t = std::clamp(
                    (slope(y, x) - kSurfaceSlope) / (kEdgeSlope - kSurfaceSlope), 0.0F, 1.0F);
                const float edge = t * t * (3 - 2 * t);
                large(y, x) += edge * (weighted(y, x) / trust(y, x) - large(y, x));
            }
    });
    return large;
}

}  // namespace diorama::perception
