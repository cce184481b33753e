#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/calib3d.hpp>

#include "diorama/evaluation.h"
#include "evaluation/known.h"
#include "perception/working_copy.h"

namespace diorama {
namespace {

constexpr int kBlockPx = 5;
constexpr int kFraction = 16;        // OpenCV counts disparities in sixteenths of a pixel
constexpr double kWidest = 1 / 4.0;  // the largest disparity, of the width
constexpr float kAgreementPx = 1;

// Disparities in pixels; NaN where matching gave none.
cv::Mat_<float> match(const cv::Mat& left, const cv::Mat& right) {
    const int disparities =
        kFraction * std::max(1, static_cast<int>(left.cols * kWidest / kFraction));
    const int area = 3 * kBlockPx * kBlockPx;
    const auto matcher = cv::StereoSGBM::create(0, disparities, kBlockPx, 8 * area, 32 * area, 1,
                                                63, 10, 100, 2, cv::StereoSGBM::MODE_SGBM_3WAY);
    // Room at the left for pixels whose partner would lie outside of the picture.
    cv::Mat wide_left;
    cv::Mat wide_right;
    cv::copyMakeBorder(left, wide_left, 0, 0, disparities, 0, cv::BORDER_REPLICATE);
    cv::copyMakeBorder(right, wide_right, 0, 0, disparities, 0, cv::BORDER_REPLICATE);
    cv::Mat_<short> fixed;
    matcher->compute(wide_left, wide_right, fixed);
    fixed = fixed.colRange(disparities, fixed.cols);
    cv::Mat_<float> found(fixed.size());
    for (int y = 0; y < found.rows; ++y)
        for (int x = 0; x < found.cols; ++x)
            found(y, x) = fixed(y, x) < 0 ? std::numeric_limits<float>::quiet_NaN()
                                          : static_cast<float>(fixed(y, x)) / kFraction;
    return found;
}

cv::Mat mirrored(const cv::Mat& mat) {
    cv::Mat flipped;
    cv::flip(mat, flipped, 1);
    return flipped;
}

}  // namespace

DepthTruth match_stereo(const Image& left, const Image& right) {
    evaluation::require_same_size(right.size(), left.size());
    const cv::Mat from = perception::working_copy(left, left.size());
    const cv::Mat to = perception::working_copy(right, right.size());
    const cv::Mat_<float> forward = match(from, to);
    // Seen in a mirror the right picture is the left one.
    const cv::Mat_<float> backward = mirrored(match(mirrored(to), mirrored(from)));
    DepthTruth truth(left.size(), std::numeric_limits<float>::quiet_NaN());
    for (int y = 0; y < forward.rows; ++y)
        for (int x = 0; x < forward.cols; ++x) {
            const float disparity = forward(y, x);
            const auto partner = static_cast<int>(std::lround(static_cast<float>(x) - disparity));
            if (!std::isfinite(disparity) || partner < 0) continue;
            if (std::abs(backward(y, partner) - disparity) <= kAgreementPx)
                truth.at(x, y) = disparity;
        }
    return truth;
}

}  // namespace diorama
