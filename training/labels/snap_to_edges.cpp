#include "labels/snap_to_edges.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <opencv2/ximgproc/edge_filter.hpp>
#include <vector>

namespace diorama::training {
namespace {

constexpr double kRim = 0.012;  // how far a network smears the subject's border, of the mean side
constexpr double kClearStep = 0.3;      // of depth across the border, in parts of its deviation
constexpr double kColourWeight = 12.0;  // of the fast global smoother
constexpr double kColourSigma = 9.0;

// For each pixel the value of the nearest pixel where `sure` is set.
cv::Mat_<float> continue_from(const cv::Mat_<float>& map, const cv::Mat_<uchar>& sure) {
    cv::Mat_<float> distance;
    cv::Mat_<int> nearest;
    cv::distanceTransform(sure == 0, distance, nearest, cv::DIST_L2, cv::DIST_MASK_5,
                          cv::DIST_LABEL_PIXEL);
    std::vector<float> value_of(static_cast<std::size_t>(map.total()) + 1, 0.0F);
    for (int y = 0; y < map.rows; ++y)
        for (int x = 0; x < map.cols; ++x)
            if (sure(y, x) != 0) value_of[nearest(y, x)] = map(y, x);
    cv::Mat_<float> continued(map.size());
    for (int y = 0; y < map.rows; ++y)
        for (int x = 0; x < map.cols; ++x) continued(y, x) = value_of[nearest(y, x)];
    return continued;
}

// Both sides of the matte's border take their depth from what lies a little farther from it, where
// that makes a clear step.
cv::Mat_<float> snap_to_matte(const cv::Mat_<float>& depth, const cv::Mat_<float>& matte) {
    const int rim_px = std::max(2, cvRound(kRim * 0.5 * (depth.rows + depth.cols)));
    const auto disc =
        cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * rim_px + 1, 2 * rim_px + 1});
    const cv::Mat_<uchar> subject = matte > 0.5F;
    cv::Mat_<uchar> inside;
    cv::Mat_<uchar> near_or_inside;
    cv::erode(subject, inside, disc);
    cv::dilate(subject, near_or_inside, disc);
    const cv::Mat_<uchar> outside = near_or_inside == 0;
    if (cv::countNonZero(inside) == 0 || cv::countNonZero(outside) == 0) return depth;

    const cv::Mat_<float> of_subject = continue_from(depth, inside);
    const cv::Mat_<float> of_background = continue_from(depth, outside);
    cv::Scalar unused;
    cv::Scalar deviation;
    cv::meanStdDev(depth, unused, deviation);
    const auto clear_step = static_cast<float>(kClearStep * deviation[0]);

    cv::Mat_<float> snapped = depth.clone();
    for (int y = 0; y < depth.rows; ++y)
        for (int x = 0; x < depth.cols; ++x) {
            const bool rim = near_or_inside(y, x) != 0 && inside(y, x) == 0;
            const float step = of_subject(y, x) - of_background(y, x);
            if (!rim || step < clear_step) continue;
            const float alpha = matte(y, x);
            const float side = alpha < 0.25F ? 0.0F : alpha > 0.75F ? 1.0F : 2 * alpha - 0.5F;
            snapped(y, x) = of_background(y, x) + side * step;
        }
    return snapped;
}

}  // namespace

cv::Mat_<float> snap_to_edges(const cv::Mat_<float>& depth, const cv::Mat_<cv::Vec3b>& picture,
                              const cv::Mat_<float>& matte) {
    const cv::Mat_<float> snapped = snap_to_matte(depth, matte);
    cv::Mat_<float> smoothed;
    cv::ximgproc::fastGlobalSmootherFilter(picture, snapped, smoothed, kColourWeight, kColourSigma);
    return smoothed;
}

}  // namespace diorama::training
