#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/error.h"
#include "diorama/planes.h"
#include "layers/plane_masks.h"
#include "perception/working_copy.h"

namespace diorama {
namespace layers {
namespace {

// The paper's margin in which a border may move, in its picture's pixels.
constexpr double kMargin = 40;
// Borders are found on a copy of at most so many pixels, the size of the paper's picture.
constexpr std::int64_t kWorkingPixels = 2'300'000;
// Canny's thresholds: of the gradients of the picture, the stronger fifth are contours.
constexpr double kContourShare = 0.2;
// Where the picture has no contour, the border stays: it is a wall itself, lower than any contour
// but higher than noise.
constexpr int kOldBorder = 32;
// The paths that floods leave are ragged by a few pixels.
constexpr int kSmoothing = 7;

// What the watershed floods: brightness, colour, and contours as walls between the two.
cv::Mat_<cv::Vec3b> draw_terrain(const cv::Mat_<cv::Vec3b>& colours) {
    cv::Mat smooth;
    cv::GaussianBlur(colours, smooth, {5, 5}, 0);
    cv::Mat_<uchar> grey;
    cv::cvtColor(smooth, grey, cv::COLOR_RGB2GRAY);
    cv::Mat_<short> dx;
    cv::Mat_<short> dy;
    cv::Sobel(grey, dx, CV_16S, 1, 0);
    cv::Sobel(grey, dy, CV_16S, 0, 1);

    std::vector<int> strengths;
    for (int y = 0; y < grey.rows; y += 2)
        for (int x = 0; x < grey.cols; x += 2)
            strengths.push_back(std::abs(dx(y, x)) + std::abs(dy(y, x)));
    const auto strong =
        strengths.begin() + static_cast<std::ptrdiff_t>((1 - kContourShare) * strengths.size());
    std::ranges::nth_element(strengths, strong);
    const double high = std::max(1, *strong);
    cv::Mat_<uchar> contours;
    cv::Canny(dx, dy, contours, high / 2, high);

    cv::Mat lab;
    cv::cvtColor(smooth, lab, cv::COLOR_RGB2Lab);
    std::vector<cv::Mat> planes;
    cv::split(lab, planes);
    cv::Mat chroma;
    cv::addWeighted(planes[1], 1, planes[2], 1, -128, chroma);
    cv::Mat_<cv::Vec3b> terrain;
    cv::merge(std::vector<cv::Mat>{planes[0], chroma, contours}, terrain);
    return terrain;
}

// The part of a mask that is certain: what lies deeper inside than the margin, and of parts too
// thin to have such an inside, what lies deeper than half of their own width.
cv::Mat_<uchar> certain_part(const cv::Mat_<uchar>& mask, double margin_px) {
    cv::Mat_<float> depth;
    cv::distanceTransform(mask, depth, cv::DIST_L2, cv::DIST_MASK_5);
    cv::Mat_<uchar> deep = depth > margin_px;
    // What a disc of the margin's radius cannot enter is thin.
    cv::Mat_<float> to_deep;
    cv::distanceTransform(deep == 0, to_deep, cv::DIST_L2, cv::DIST_MASK_5);
    const cv::Mat_<uchar> thin = mask & (to_deep > margin_px + 1);
    cv::Mat_<float> thin_depth;
    cv::distanceTransform(thin, thin_depth, cv::DIST_L2, cv::DIST_MASK_5);
    cv::Mat_<float> ridge;
    const int reach = 2 * static_cast<int>(margin_px / 2) + 1;
    cv::dilate(thin_depth, ridge, cv::getStructuringElement(cv::MORPH_RECT, {reach, reach}));
    return deep | (thin & (thin_depth > 0.5 * ridge));
}

// The picture's terrain with the mask's own border.
cv::Mat_<cv::Vec3b> add_border(const cv::Mat_<cv::Vec3b>& terrain, const cv::Mat_<uchar>& mask) {
    cv::Mat_<uchar> border;
    cv::erode(mask, border, cv::getStructuringElement(cv::MORPH_CROSS, {3, 3}));
    border = mask & ~border;
    cv::Mat_<cv::Vec3b> walled = terrain.clone();
    for (int y = 0; y < walled.rows; ++y)
        for (int x = 0; x < walled.cols; ++x)
            if (border(y, x)) walled(y, x)[2] = std::max<uchar>(walled(y, x)[2], kOldBorder);
    return walled;
}

// The mask with its border on contours; empty where watershed gives nothing.
cv::Mat_<uchar> align(const cv::Mat_<uchar>& mask, const cv::Mat_<cv::Vec3b>& terrain,
                      double margin_px) {
    constexpr int kOutside = 1;
    constexpr int kInside = 2;
    const cv::Mat_<uchar> inside = certain_part(mask, margin_px);
    const cv::Mat_<uchar> outside = certain_part(mask == 0, margin_px);
    if (cv::countNonZero(inside) == 0 || cv::countNonZero(outside) == 0) return {};

    cv::Mat_<int> labels(mask.size(), 0);
    labels.setTo(kOutside, outside);
    labels.setTo(kInside, inside);
    cv::watershed(add_border(terrain, mask), labels);
    cv::Mat_<uchar> aligned = labels == kInside;
    // The lines between basins, and the picture's border, belong to no basin.
    mask.copyTo(aligned, labels < 0);
    cv::medianBlur(aligned, aligned, kSmoothing);
    const int area = cv::countNonZero(aligned);
    return area == 0 || area == static_cast<int>(aligned.total()) ? cv::Mat_<uchar>() : aligned;
}

cv::Mat_<uchar> resize_mask(const cv::Mat_<uchar>& mask, cv::Size size) {
    if (mask.size() == size) return mask;
    cv::Mat_<uchar> resized;
    cv::resize(mask, resized, size, 0, 0, cv::INTER_LINEAR);
    return resized >= 128;
}

}  // namespace
}  // namespace layers

PlaneMap align_planes(const PlaneMap& planes, const Image& picture, const RunContext& run) {
    if (picture.size() != planes.size)
        throw Error(ErrorCode::mismatch, "has another size than the picture", "planes");
    const Size working = perception::limit_pixels(picture.size(), layers::kWorkingPixels);
    const auto terrain = layers::draw_terrain(perception::working_copy(picture, working));
    const double margin_px = std::max(2.0, layers::scaled_px(layers::kMargin, working));

    std::vector<cv::Mat_<uchar>> supports = layers::support_masks(planes);
    for (std::size_t n = 0; n < supports.size(); ++n) {
        run.throw_if_stopped();
        const auto aligned =
            layers::align(layers::resize_mask(supports[n], terrain.size()), terrain, margin_px);
        if (aligned.empty())
            run.warn(
                fmt::format("the border of plane {} of {} could not be aligned to the "
                            "picture; it stays where the depth has it",
                            n + 2, planes.planes));
        else
            supports[n] = layers::resize_mask(aligned, supports[n].size());
    }
    return layers::planes_of(supports, planes);
}

}  // namespace diorama
