#include "labels/merge_depth.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/ximgproc/edge_filter.hpp>

namespace diorama::training {
namespace {

// Fractions of the picture's mean side, unless they say otherwise.
constexpr double kFitRadius = 0.09;     // how near scale and offset are fitted
constexpr double kDetail = 0.03;        // what is finer is detail: the part's own
constexpr double kRim = 0.012;          // how far a network smears the subject's border
constexpr double kClearStep = 0.3;      // of depth across the border, in parts of its deviation
constexpr double kLargestGain = 4.0;    // of a part's detail
constexpr double kWholeWeight = 0.3;    // beside parts that agree with it, which weigh 1
constexpr double kColourWeight = 12.0;  // of the fast global smoother
constexpr double kColourSigma = 9.0;

double mean_side(const cv::Mat& map) {
    return 0.5 * (map.rows + map.cols);
}

cv::Mat_<float> mean_around(const cv::Mat_<float>& map, int radius_px) {
    cv::Mat_<float> mean;
    cv::blur(map, mean, {2 * radius_px + 1, 2 * radius_px + 1}, {-1, -1}, cv::BORDER_REFLECT);
    return mean;
}

cv::Mat_<float> smooth(const cv::Mat_<float>& map) {
    cv::Mat_<float> smoothed;
    cv::GaussianBlur(map, smoothed, {}, kDetail * mean_side(map), 0, cv::BORDER_REFLECT);
    return smoothed;
}

// A part with the whole's scale and offset near each pixel, and how far the two agree there.
struct FittedPart {
    cv::Mat_<float> inverse_depth{};
    cv::Mat_<float> agreement{};  // their correlation; 0 where it is negative
};

// Scale and offset that give the part the whole's mean and deviation in a window around each pixel.
// A least-squares fit would flatten the part wherever the two differ; here disagreement lowers the
// part's say instead.
FittedPart fit_locally(const cv::Mat_<float>& part, const cv::Mat_<float>& whole) {
    const int radius_px = std::max(4, cvRound(kFitRadius * mean_side(whole)));
    // Compared without the detail that only the part has.
    const cv::Mat_<float> part_low = smooth(part);
    const cv::Mat_<float> whole_low = smooth(whole);
    const cv::Mat_<float> part_mean = mean_around(part_low, radius_px);
    const cv::Mat_<float> whole_mean = mean_around(whole_low, radius_px);
    const auto shared = [&](const cv::Mat_<float>& a, const cv::Mat_<float>& b,
                            const cv::Mat_<float>& a_mean, const cv::Mat_<float>& b_mean) {
        return cv::Mat_<float>(mean_around(a.mul(b), radius_px) - a_mean.mul(b_mean));
    };
    const cv::Mat_<float> in_part = shared(part_low, part_low, part_mean, part_mean);
    const cv::Mat_<float> in_whole = shared(whole_low, whole_low, whole_mean, whole_mean);
    const cv::Mat_<float> in_both = shared(part_low, whole_low, part_mean, whole_mean);

    cv::Scalar unused;
    cv::Scalar deviation;
    cv::meanStdDev(part, unused, deviation);
    const double floor = 1e-3 * deviation[0] * deviation[0] + 1e-12;
    cv::Mat_<float> gain(part.size());
    FittedPart fitted{.inverse_depth = {}, .agreement = cv::Mat_<float>(part.size())};
    for (int y = 0; y < part.rows; ++y)
        for (int x = 0; x < part.cols; ++x) {
            const double both = std::max(0.0F, in_both(y, x));
            const double of_part = std::max(0.0F, in_part(y, x)) + floor;
            const double of_whole = std::max(0.0F, in_whole(y, x)) + 1e-12;
            fitted.agreement(y, x) =
                static_cast<float>(std::min(1.0, both / std::sqrt(of_part * of_whole)));
            gain(y, x) = static_cast<float>(std::min(kLargestGain, std::sqrt(of_whole / of_part)));
        }
    const cv::Mat_<float> offset = whole_mean - gain.mul(part_mean);
    fitted.inverse_depth = mean_around(gain, radius_px).mul(part) + mean_around(offset, radius_px);
    return fitted;
}

// 1 in the middle of a part, falling to little at those of its borders that lie inside the whole.
cv::Mat_<float> fade(const cv::Rect& part, cv::Size whole) {
    const auto ramp = [](int from_start, int length, bool starts_inside, bool ends_inside) {
        const int from_end = length - 1 - from_start;
        const int px = std::min(starts_inside ? from_start : length,  //
                                ends_inside ? from_end : length);
        return std::min(1.0F,
                        (static_cast<float>(px) + 0.5F) / (0.25F * static_cast<float>(length)));
    };
    cv::Mat_<float> weight(part.size());
    for (int y = 0; y < part.height; ++y)
        for (int x = 0; x < part.width; ++x)
            weight(y, x) = ramp(y, part.height, part.y > 0, part.br().y < whole.height) *
                               ramp(x, part.width, part.x > 0, part.br().x < whole.width) +
                           1e-3F;
    return weight;
}

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
    const int rim_px = std::max(2, cvRound(kRim * mean_side(depth)));
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

cv::Mat_<float> merge_depth(const cv::Mat_<float>& whole, const std::vector<PartialDepth>& parts) {
    cv::Mat_<float> weights(whole.size(), static_cast<float>(kWholeWeight));
    cv::Mat_<float> sum = kWholeWeight * whole;
    for (const auto& part : parts) {
        const FittedPart fitted = fit_locally(part.inverse_depth, whole(part.where));
        const cv::Mat_<float> weight =
            fade(part.where, whole.size()).mul(fitted.agreement).mul(fitted.agreement);
        sum(part.where) += fitted.inverse_depth.mul(weight);
        weights(part.where) += weight;
    }
    return sum / weights;
}

cv::Mat_<float> snap_to_edges(const cv::Mat_<float>& depth, const cv::Mat_<cv::Vec3b>& picture,
                              const cv::Mat_<float>& matte) {
    const cv::Mat_<float> snapped = snap_to_matte(depth, matte);
    cv::Mat_<float> smoothed;
    cv::ximgproc::fastGlobalSmootherFilter(picture, snapped, smoothed, kColourWeight, kColourSigma);
    return smoothed;
}

}  // namespace diorama::training
