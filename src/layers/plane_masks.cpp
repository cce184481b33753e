#include "layers/plane_masks.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/error.h"

namespace diorama {
namespace layers {
namespace {

// Lengths of the paper, in its picture's pixels.
constexpr double kClosing = 21;

cv::Mat square(double side_px) {
    const int radius = std::max(1, static_cast<int>(std::lround((side_px - 1) / 2)));
    return cv::getStructuringElement(cv::MORPH_RECT, {2 * radius + 1, 2 * radius + 1});
}

// Holes of a mask that do not reach the picture's border and are smaller than `most_px`.
void fill_holes(cv::Mat_<uchar>& mask, double most_px) {
    cv::Mat_<int> labels;
    cv::Mat_<int> stats;
    cv::Mat centroids;
    const int count = cv::connectedComponentsWithStats(mask == 0, labels, stats, centroids, 4);
    std::vector<uchar> fill(count, 0);
    for (int n = 1; n < count; ++n) {
        const int* s = stats[n];
        const bool inside = s[cv::CC_STAT_LEFT] > 0 && s[cv::CC_STAT_TOP] > 0 &&
                            s[cv::CC_STAT_LEFT] + s[cv::CC_STAT_WIDTH] < mask.cols &&
                            s[cv::CC_STAT_TOP] + s[cv::CC_STAT_HEIGHT] < mask.rows;
        fill[n] = inside && s[cv::CC_STAT_AREA] < most_px;
    }
    for (int y = 0; y < mask.rows; ++y)
        for (int x = 0; x < mask.cols; ++x)
            if (fill[labels(y, x)]) mask(y, x) = 255;
}

}  // namespace

cv::Mat_<uchar> support_mask(const PlaneMap& planes, int plane) {
    const cv::Mat_<uchar> map(planes.size.height, planes.size.width,
                              const_cast<uchar*>(planes.plane.data()));
    return map >= plane;
}

std::vector<cv::Mat_<uchar>> support_masks(const PlaneMap& planes) {
    std::vector<cv::Mat_<uchar>> masks;
    for (int p = 1; p < planes.planes; ++p) masks.push_back(support_mask(planes, p));
    return masks;
}

PlaneMap planes_of(const std::vector<cv::Mat_<uchar>>& supports, const PlaneMap& like) {
    PlaneMap map = like;
    cv::Mat_<uchar> plane(map.size.height, map.size.width, map.plane.data());
    plane.setTo(0);
    for (std::size_t n = 0; n < supports.size(); ++n) plane.setTo(n + 1, supports[n]);
    return map;
}

double scaled_px(double paper_px, Size picture) {
    return paper_px * paper_scale(picture);
}

}  // namespace layers

PlaneMap close_planes(const PlaneMap& planes, const RunContext& run) {
    const double side_px = layers::scaled_px(layers::kClosing, planes.size);
    const cv::Mat element = layers::square(side_px);
    std::vector<cv::Mat_<uchar>> supports = layers::support_masks(planes);
    for (auto& support : supports) {
        run.throw_if_stopped();
        cv::morphologyEx(support, support, cv::MORPH_CLOSE, element);
        layers::fill_holes(support, side_px * side_px);
    }
    return layers::planes_of(supports, planes);
}

}  // namespace diorama
