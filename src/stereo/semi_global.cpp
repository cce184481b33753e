#include "stereo/semi_global.h"

#include <algorithm>
#include <limits>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"

namespace diorama::stereo {
namespace {

constexpr int kFraction = 16;  // OpenCV counts disparities in sixteenths, and ranges by sixteen
// Chosen on rendered scenes: planes that carry photos ask for high costs of a step, gaps in a fence
// for low ones. Costs are per sample of a block, of a step of one pixel and of a larger one.
constexpr int kBlockPx = 3;
constexpr int kSmallStepCost = 8;
constexpr int kLargeStepCost = 24;
constexpr int kGradientCap = 15;
constexpr int kMedianPx = 5;

constexpr std::int64_t kStripBytes = 192 << 20;
constexpr int kOverlapPx = 32;  // by which costs have forgotten where a strip began

int round_up(int count) {
    return (count + kFraction - 1) / kFraction * kFraction;
}

// Disparities of the first picture's rows.
cv::Mat_<float> match_rows(const cv::Mat& from, const cv::Mat& to, DisparityRange range) {
    const int disparities = round_up(range.most - range.least + 1);
    const int samples = from.channels() * kBlockPx * kBlockPx;
    const auto matcher = cv::StereoSGBM::create(
        range.least, disparities, kBlockPx, kSmallStepCost * samples, kLargeStepCost * samples,
        /*disp12MaxDiff=*/-1, kGradientCap, /*uniquenessRatio=*/0, /*speckleWindowSize=*/0,
        /*speckleRange=*/0, cv::StereoSGBM::MODE_HH4);
    // OpenCV leaves out the pixels whose whole range does not lie in the other picture.
    const int before = std::max(0, range.least + disparities);
    const int after = std::max(0, -range.least);
    cv::Mat wide_from;
    cv::Mat wide_to;
    cv::copyMakeBorder(from, wide_from, 0, 0, before, after, cv::BORDER_REPLICATE);
    cv::copyMakeBorder(to, wide_to, 0, 0, before, after, cv::BORDER_REPLICATE);
    cv::Mat_<short> fixed;
    matcher->compute(wide_from, wide_to, fixed);
    fixed = fixed.colRange(before, before + from.cols).clone();
    cv::medianBlur(fixed, fixed, kMedianPx);
    cv::Mat_<float> found(fixed.size());
    std::transform(fixed.begin(), fixed.end(), found.begin(), [&](short code) {
        return code < range.least * kFraction ? std::numeric_limits<float>::quiet_NaN()
                                              : static_cast<float>(code) / kFraction;
    });
    return found;
}

// Seen in a mirror the right view is a left one, and the disparities are the same.
cv::Mat mirrored(const cv::Mat& mat) {
    cv::Mat flipped;
    cv::flip(mat, flipped, 1);
    return flipped;
}

// How many rows are matched at a time: costs and their sums take two bytes a pixel and disparity.
int strip_rows(cv::Size size, DisparityRange range) {
    const std::int64_t row_bytes =
        4 * std::int64_t{size.width} * round_up(range.most - range.least + 1);
    return static_cast<int>(
        std::clamp<std::int64_t>(kStripBytes / row_bytes, 2 * kOverlapPx, size.height));
}

}  // namespace

RawMatch match_semi_globally(const cv::Mat_<cv::Vec3b>& left, const cv::Mat_<cv::Vec3b>& right,
                             DisparityRange range, const RunContext& run) {
    const int rows = strip_rows(left.size(), range);
    const int strips = (left.rows + rows - 1) / rows;
    RawMatch raw{.left = cv::Mat_<float>(left.size()), .right = cv::Mat_<float>(left.size())};
    core::parallel_rows(run, 2 * strips, [&](int begin, int end) {
        for (int task = begin; task < end; ++task) {
            run.throw_if_stopped();
            const cv::Range strip(task / 2 * rows, std::min((task / 2 + 1) * rows, left.rows));
            const cv::Range seen(std::max(strip.start - kOverlapPx, 0),
                                 std::min(strip.end + kOverlapPx, left.rows));
            const bool to_right = task % 2 == 0;
            const cv::Mat found = to_right
                                      ? match_rows(left.rowRange(seen), right.rowRange(seen), range)
                                      : mirrored(match_rows(mirrored(right.rowRange(seen)),
                                                            mirrored(left.rowRange(seen)), range));
            found.rowRange(strip.start - seen.start, strip.end - seen.start)
                .copyTo((to_right ? raw.left : raw.right).rowRange(strip));
        }
    });
    return raw;
}

}  // namespace diorama::stereo
