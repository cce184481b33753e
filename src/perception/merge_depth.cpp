#include "perception/merge_depth.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace diorama::perception {
namespace {

// Fractions of the picture's mean side, unless they say otherwise.
constexpr double kFitRadius = 0.09;   // how near scale and offset are fitted
constexpr double kDetail = 0.03;      // what is finer is detail: the part's own
constexpr double kLargestGain = 4.0;  // of a part's detail
constexpr double kWholeWeight = 0.3;  // beside parts that agree with it, which weigh 1

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

}  // namespace diorama::perception
