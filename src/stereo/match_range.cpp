#include "stereo/match_range.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/quantile.h"
#include "stereo/consistency.h"

namespace diorama::stereo {
namespace {

constexpr int kSmallWidthPx = 320;
constexpr double kWidest = 1.0 / 3;  // of the width
constexpr double kStrays = 0.003;    // of the pixels, at either end
constexpr double kRoom = 0.015;      // of the width, for thin things that small copies lose
constexpr int kLeastRoomPx = 3;

cv::Mat_<cv::Vec3b> shrink(const cv::Mat_<cv::Vec3b>& picture, double scale) {
    const cv::Size size(std::max(1, cvRound(picture.cols * scale)),
                        std::max(1, cvRound(picture.rows * scale)));
    cv::Mat_<cv::Vec3b> small;
    cv::resize(picture, small, size, 0, 0, cv::INTER_AREA);
    return small;
}

std::vector<float> valid_disparities(const MatchedView& view) {
    std::vector<float> values;
    for (std::size_t n = 0; n < view.valid.values().size(); ++n)
        if (view.valid.values()[n] > 0) values.push_back(view.disparity.values()[n]);
    return values;
}

}  // namespace

FoundRange find_range(const cv::Mat_<cv::Vec3b>& left, const cv::Mat_<cv::Vec3b>& right,
                      const RunContext& run) {
    const double scale = std::min(1.0, static_cast<double>(kSmallWidthPx) / left.cols);
    const auto small_left = shrink(left, scale);
    const int widest = static_cast<int>(small_left.cols * kWidest);
    const DisparityRange everything{.least = -widest, .most = widest};
    const StereoMatch match =
        make_consistent(match_semi_globally(small_left, shrink(right, scale), everything, run));
    auto values = valid_disparities(match.left);
    if (values.empty()) return {.range = {.least = -kLeastRoomPx, .most = kLeastRoomPx}};

    const double room = std::max<double>(kLeastRoomPx, kRoom * left.cols);
    return {.range = {.least = cvFloor(core::quantile(values, kStrays) / scale - room),
                      .most = cvCeil(core::quantile(values, 1 - kStrays) / scale + room)},
            .share = static_cast<double>(values.size()) / static_cast<double>(small_left.total())};
}

}  // namespace diorama::stereo
