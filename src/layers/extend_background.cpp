#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/planes.h"
#include "layers/plane_masks.h"
#include "perception/working_copy.h"

namespace diorama {
namespace layers {
namespace {

// Even areas are looked for on a copy of at most so many pixels.
constexpr std::int64_t kWorkingPixels = 1'000'000;
// An area is even where colours within this square differ by no more than this, of 255 as the eye
// sees them: a sky and its haze, but no contour.
constexpr int kSquarePx = 5;
constexpr int kEven = 9;
// Between light and dark the eye compares by ratios, down to about this level of 255.
constexpr double kDark = 32;
// Across even areas the background reaches so many times farther: networks smear the depth of a
// thing into the sky round it by about a third of the whole depth.
constexpr double kEvenReach = 6;

// Even areas narrower than this, in the paper's pixels, are gaps in a texture.
constexpr double kNarrowest = 120;

// Midground smaller than this, as a part of the picture, that background surrounds belongs to it.
constexpr double kIsland = 0.005;

// Equal steps to the eye, from 0 to 255.
cv::Mat_<uchar> brightness_curve() {
    cv::Mat_<uchar> curve(1, 256);
    for (int level = 0; level < 256; ++level)
        curve(level) =
            cv::saturate_cast<uchar>(255 * std::log1p(level / kDark) / std::log1p(255 / kDark));
    return curve;
}

// The parts of a mask that are wide somewhere, with their corners.
cv::Mat_<uchar> keep_wide(const cv::Mat_<uchar>& mask, double width_px) {
    cv::Mat_<float> inside;
    cv::distanceTransform(mask, inside, cv::DIST_L2, cv::DIST_MASK_5);
    cv::Mat_<float> from_wide;
    cv::distanceTransform(inside < width_px / 2, from_wide, cv::DIST_L2, cv::DIST_MASK_5);
    return mask & (from_wide < width_px);
}

// 255 where the picture shows no contour.
cv::Mat_<uchar> even_areas(const Image& picture) {
    const Size size = perception::limit_pixels(picture.size(), kWorkingPixels);
    cv::Mat smooth;
    cv::GaussianBlur(perception::working_copy(picture, size), smooth, {5, 5}, 0);
    // Of saturated colours one channel is dark and all noise, so brightness alone is curved.
    cv::cvtColor(smooth, smooth, cv::COLOR_RGB2YCrCb);
    cv::Mat brightness;
    cv::extractChannel(smooth, brightness, 0);
    cv::LUT(brightness, brightness_curve(), brightness);
    cv::insertChannel(brightness, smooth, 0);
    cv::Mat range;
    cv::morphologyEx(smooth, range, cv::MORPH_GRADIENT,
                     cv::getStructuringElement(cv::MORPH_RECT, {kSquarePx, kSquarePx}));
    cv::Mat even;
    cv::inRange(range, cv::Scalar::all(0), cv::Scalar::all(kEven), even);
    even = keep_wide(even, scaled_px(kNarrowest, size));
    cv::resize(even, even, {picture.width(), picture.height()}, 0, 0, cv::INTER_NEAREST);
    return even;
}

// Plane 0 takes the parts of `open` that it touches.
void flood(const cv::Mat_<uchar>& open, cv::Mat_<uchar>& plane) {
    cv::Mat_<int> labels;
    const int count = cv::connectedComponents(open, labels, 8);
    std::vector<bool> touches(count, false);
    for (int y = 0; y < plane.rows; ++y)
        for (int x = 0; x < plane.cols; ++x)
            if (plane(y, x) == 0) touches[labels(y, x)] = true;
    for (int y = 0; y < plane.rows; ++y)
        for (int x = 0; x < plane.cols; ++x)
            if (labels(y, x) != 0 && touches[labels(y, x)]) plane(y, x) = 0;
}

// Plane 0 takes the small islands in it that are midground alone: a fleck that moves against the
// sky round it is seen, a fleck that moves with it is not.
void flood_islands(cv::Mat_<uchar>& plane) {
    cv::Mat_<int> labels;
    cv::Mat_<int> stats;
    cv::Mat centroids;
    const int count = cv::connectedComponentsWithStats(plane > 0, labels, stats, centroids, 4);
    std::vector<bool> small(count);
    for (int n = 1; n < count; ++n)
        small[n] = stats(n, cv::CC_STAT_AREA) < kIsland * static_cast<double>(plane.total());
    for (int y = 0; y < plane.rows; ++y)
        for (int x = 0; x < plane.cols; ++x)
            if (plane(y, x) > 1) small[labels(y, x)] = false;
    for (int y = 0; y < plane.rows; ++y)
        for (int x = 0; x < plane.cols; ++x)
            if (small[labels(y, x)]) plane(y, x) = 0;
}

}  // namespace
}  // namespace layers

PlaneMap extend_background(const PlaneMap& planes, const InverseDepth& depth, const Image& picture,
                           const PlaneOptions& options, const RunContext& run) {
    if (depth.size() != planes.size || picture.size() != planes.size)
        throw Error(ErrorCode::mismatch, "has another size than depth or picture", "planes");
    PlaneMap extended = planes;
    const double reach = options.background_reach;
    if (reach <= 0 || options.planes || !options.edges.empty()) return extended;

    cv::Mat_<uchar> plane(planes.size.height, planes.size.width, extended.plane.data());
    const cv::Mat_<float> map = as_mat(depth);
    const double edge = planes.edges.front();
    layers::flood(map <= edge + reach, plane);
    run.throw_if_stopped();
    const cv::Mat_<uchar> near_enough = map <= edge + layers::kEvenReach * reach;
    layers::flood(near_enough & layers::even_areas(picture), plane);
    layers::flood_islands(plane);
    return extended;
}

}  // namespace diorama
