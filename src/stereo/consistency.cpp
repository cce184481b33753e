#include "stereo/consistency.h"

#include <algorithm>
#include <cmath>
#include <opencv2/calib3d.hpp>

#include "diorama/opencv.h"
#include "stereo/map_checks.h"

namespace diorama {
namespace stereo {
namespace {

constexpr double kSpeckleShare = 3e-4;  // of the picture's pixels
constexpr int kFraction = 16;           // speckles are sought in sixteenths of a pixel
constexpr int kLikePx = 1;              // neighbours that differ by no more are one patch

// Takes patches of valid pixels out that are no larger than speckles.
void drop_speckles(MatchedView& view) {
    constexpr short kInvalid = std::numeric_limits<short>::min();
    const cv::Mat_<float> disparity = as_mat(view.disparity);
    cv::Mat_<float> valid = as_mat(view.valid);
    cv::Mat_<short> codes(disparity.size(), kInvalid);
    for (int y = 0; y < codes.rows; ++y)
        for (int x = 0; x < codes.cols; ++x)
            if (valid(y, x) > 0)
                codes(y, x) = cv::saturate_cast<short>(
                    std::max(disparity(y, x) * kFraction, kInvalid + 1.0F));
    cv::filterSpeckles(codes, kInvalid, cvRound(kSpeckleShare * disparity.total()),
                       kLikePx * kFraction);
    valid.setTo(0, codes == kInvalid);
}

// What is seen by one eye alone belongs to the farther of the surfaces beside it.
void continue_farther_side(MatchedView& view) {
    for (int y = 0; y < view.valid.height(); ++y) {
        float* row = view.disparity.row(y);
        const float* valid = view.valid.row(y);
        const int width = view.valid.width();
        for (int x = 0; x < width;) {
            if (valid[x] > 0) {
                ++x;
                continue;
            }
            const int begin = x;
            while (x < width && valid[x] == 0) ++x;
            const bool at_left = begin == 0;
            const bool at_right = x == width;
            const float farther = at_left && at_right ? 0
                                  : at_left           ? row[x]
                                  : at_right          ? row[begin - 1]
                                                      : std::min(row[begin - 1], row[x]);
            std::fill(row + begin, row + x, farther);
        }
    }
}

Disparity as_disparity(const cv::Mat_<float>& mat) {
    Disparity disparity({mat.cols, mat.rows});
    mat.copyTo(as_mat(disparity));
    return disparity;
}

}  // namespace

StereoMatch make_consistent(const RawMatch& raw) {
    const Disparity left = as_disparity(raw.left);
    const Disparity right = as_disparity(raw.right);
    StereoMatch match{
        .left = {.disparity = left, .valid = find_consistent(left, Eye::left, right)},
        .right = {.disparity = right, .valid = find_consistent(right, Eye::right, left)}};
    for (MatchedView* view : {&match.left, &match.right}) {
        drop_speckles(*view);
        continue_farther_side(*view);
    }
    return match;
}

}  // namespace stereo

Matte find_consistent(const Disparity& own, Eye eye, const Disparity& other, double tolerance_px) {
    stereo::require_size(other.size(), own.size(), "disparity");
    const float towards = eye == Eye::left ? -1 : 1;
    const auto last = static_cast<float>(own.width() - 1);
    Matte consistent(own.size());
    for (int y = 0; y < own.height(); ++y)
        for (int x = 0; x < own.width(); ++x) {
            const float there = std::round(static_cast<float>(x) + towards * own.at(x, y));
            if (!(there >= 0 && there <= last)) continue;
            const float miss = std::abs(own.at(x, y) - other.at(static_cast<int>(there), y));
            if (miss <= tolerance_px) consistent.at(x, y) = 1;
        }
    return consistent;
}

}  // namespace diorama
