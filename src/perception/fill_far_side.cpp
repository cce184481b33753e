#include "perception/fill_far_side.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/in_parallel.h"
#include "core/quantile.h"
#include "perception/fill_spread.h"

namespace diorama::perception {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
// Of the span between the 2nd and the 98th percentile: what counts as equally far.
constexpr float kTolerance = 0.08F;
// Depth maps smear edges: so far from the hole, as a fraction of the mean side, its rim is read.
constexpr double kRim = 0.012;
// Farther than this no other side of an uncovered hole is looked for.
constexpr int kWidestUncovered = 100;

// A sample of the values tells their spread as well as all of them.
float tolerance_of(const cv::Mat_<float>& depth) {
    constexpr int kSample = 100'000;
    const auto step = static_cast<int>(1 + depth.total() / kSample);
    std::vector<float> values;
    for (int y = 0; y < depth.rows; ++y)
        for (int x = y % step; x < depth.cols; x += step)
            if (std::isfinite(depth(y, x))) values.push_back(depth(y, x));
    if (values.empty()) return 0;
    const float low = core::quantile(values, 0.02);
    return kTolerance * (core::quantile(values, 0.98) - low);
}

cv::Mat box(int radius) {
    return cv::Mat::ones(2 * radius + 1, 2 * radius + 1, CV_8U);
}

// The smallest or largest value within `radius`, of the pixels in `of`; `none` where there is none.
cv::Mat_<float> lowest_near(const cv::Mat_<float>& depth, const cv::Mat_<uchar>& of, int radius) {
    cv::Mat_<float> chosen(depth.size(), kInfinity), lowest;
    depth.copyTo(chosen, of);
    cv::erode(chosen, lowest, box(radius), {-1, -1}, 1, cv::BORDER_CONSTANT, kInfinity);
    return lowest;
}
cv::Mat_<float> highest_near(const cv::Mat_<float>& depth, const cv::Mat_<uchar>& of, int radius) {
    cv::Mat_<float> highest = -lowest_near(-depth, of, radius);
    return highest;
}

cv::Mat_<float> continue_from(const cv::Mat_<float>& depth, const cv::Mat_<uchar>& rim) {
    cv::Mat_<cv::Vec4f> known(depth.size(), cv::Vec4f::all(0));
    for (int y = 0; y < depth.rows; ++y)
        for (int x = 0; x < depth.cols; ++x)
            if (rim(y, x)) known(y, x) = {depth(y, x), 0, 0, 1};
    cv::Mat_<float> continued;
    cv::extractChannel(spread(known), continued, 0);
    return continued;
}

// For a hole of which no depth is known: the farthest across it, from each pixel of its rim.
cv::Mat_<float> lowest_across(const cv::Mat_<float>& level, const cv::Mat_<uchar>& hole,
                              const cv::Mat_<uchar>& rim, int reach) {
    cv::Mat_<float> inside_px;
    cv::distanceTransform(hole, inside_px, cv::DIST_L2, cv::DIST_MASK_5);
    double thickness_px = 0;
    cv::minMaxLoc(inside_px, nullptr, &thickness_px);
    return lowest_near(level, rim, std::min(2 * cvRound(thickness_px) + reach, kWidestUncovered));
}

}  // namespace

FarSide find_far_side(const cv::Mat_<float>& depth, const cv::Mat_<uchar>& hole,
                      const RunContext& run) {
    const cv::Mat_<uchar> is_number = depth == depth;
    const cv::Mat_<uchar> outside = (hole == 0) & is_number;
    const int reach = std::max(2, cvRound(kRim * (depth.rows + depth.cols) / 2));

    cv::Mat_<uchar> near_hole;
    cv::dilate(hole, near_hole, box(reach));
    const cv::Mat_<uchar> rim = near_hole & outside;
    // An edge that is smeared over the rim counts as what lies farther.
    cv::Mat_<float> level;
    cv::Mat_<float> hider;
    core::in_parallel(
        run, [&] { level = lowest_near(depth, outside, reach / 2); },
        [&] { hider = highest_near(depth, hole & is_number, 2 * reach); });
    const cv::Mat_<uchar> uncovered = rim & (hider == -kInfinity);
    const cv::Mat_<float> across =
        cv::countNonZero(uncovered) > 0 ? lowest_across(level, hole, rim, reach) : hider;

    FarSide far;
    far.tolerance = tolerance_of(depth);
    cv::Mat_<uchar> background(depth.size(), uchar{0});
    for (int y = 0; y < depth.rows; ++y)
        for (int x = 0; x < depth.cols; ++x) {
            if (!rim(y, x)) continue;
            const float limit = uncovered(y, x) ? across(y, x) : hider(y, x);
            background(y, x) = level(y, x) <= limit + far.tolerance ? 255 : 0;
        }
    if (cv::countNonZero(background) == 0) background = rim;
    far.depth = continue_from(level, background);
    far.nearer = outside & (depth > far.depth + far.tolerance);
    return far;
}

}  // namespace diorama::perception
