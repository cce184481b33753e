#include "perception/subject_rim.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/parallel.h"
#include "diorama/depth.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "perception/working_copy.h"

namespace diorama {
namespace perception {
namespace {

// Distance of each inside pixel to the outside; the picture's own border is no outside.
cv::Mat_<float> distance_to_outside(const cv::Mat_<uchar>& inside) {
    cv::Mat_<float> distance;
    cv::distanceTransform(inside, distance, cv::DIST_L2, cv::DIST_MASK_5);
    return distance;
}

// Deeper inside than the rim, or, where a part is thinner than that, on its ridge.
cv::Mat_<uchar> find_sure(const cv::Mat_<float>& distance, double rim_px) {
    cv::Mat_<float> highest;
    cv::dilate(distance, highest, cv::getStructuringElement(cv::MORPH_RECT, {3, 3}));
    cv::Mat sure = (distance > rim_px) | ((distance >= highest) & (distance > 0));
    return sure;
}

}  // namespace

void continue_depth_from_inside(cv::Mat_<float>& depth, const cv::Mat_<float>& matte,
                                double rim_px) {
    const cv::Mat_<uchar> inside = matte >= 0.5F;
    if (cv::countNonZero(inside) == 0) return;
    const cv::Mat_<uchar> sure = find_sure(distance_to_outside(inside), rim_px);

    cv::Mat_<float> away;
    cv::Mat_<int> labels;
    cv::distanceTransform(sure == 0, away, labels, cv::DIST_L2, cv::DIST_MASK_5,
                          cv::DIST_LABEL_PIXEL);
    std::vector<float> depth_of(sure.total() + 1, 0.0F);
    for (int y = 0; y < sure.rows; ++y)
        for (int x = 0; x < sure.cols; ++x)
            if (sure(y, x)) depth_of[labels(y, x)] = depth(y, x);
    cv::Mat_<float> continued(depth.size());
    for (int y = 0; y < sure.rows; ++y)
        for (int x = 0; x < sure.cols; ++x) continued(y, x) = depth_of[labels(y, x)];

    // The nearest pixel alone would leave rays; an average over a few neighbours does not.
    cv::Mat_<float> smooth;
    const int width = 2 * static_cast<int>(std::max(1.0, rim_px)) + 1;
    cv::blur(continued, smooth, {width, width}, {-1, -1}, cv::BORDER_REPLICATE);
    smooth.copyTo(depth, sure == 0);
}

}  // namespace perception

void keep_rim_with_subject(InverseDepth& depth, const Matte& matte, const RunContext& run) {
    if (depth.size() != matte.size())
        throw Error(ErrorCode::mismatch, "has not the size of the depth map", "matte");
    // The rim of a large map is found on a copy.
    constexpr std::int64_t kWorkingPixels = 1'500'000;
    // Normalised depth: a surface that merely curves away at its border differs by less.
    constexpr float kClearlyFarther = 0.08F;
    const Size working = perception::limit_pixels(depth.size(), kWorkingPixels);
    const cv::Size size(working.width, working.height);
    cv::Mat_<float> small;
    cv::Mat_<float> small_matte;
    cv::resize(as_mat(depth), small, size, 0, 0, cv::INTER_AREA);
    cv::resize(as_mat(matte), small_matte, size, 0, 0, cv::INTER_AREA);
    cv::Mat_<float> continued = small.clone();
    perception::continue_depth_from_inside(continued, small_matte,
                                           perception::kRim * (working.width + working.height) / 2);
    run.throw_if_stopped();

    cv::Mat_<uchar> changed = continued != small;
    cv::resize(changed, changed, as_mat(depth).size(), 0, 0, cv::INTER_NEAREST);
    cv::resize(continued, continued, as_mat(depth).size(), 0, 0, cv::INTER_LINEAR);
    core::parallel_rows(run, depth.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < depth.width(); ++x) {
                const float inside = continued(y, x);
                const bool bleeds = inside - depth.at(x, y) > kClearlyFarther;
                if (changed(y, x) && (bleeds || matte.at(x, y) < 0.5F)) depth.at(x, y) = inside;
            }
    });
}

}  // namespace diorama
