#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "diorama/depth.h"
#include "diorama/evaluation.h"
#include "diorama/opencv.h"
#include "evaluation/known.h"

namespace diorama {
namespace evaluation {
namespace {

constexpr int kShortSide = 384;
constexpr float kTolerancePx = 3;
// A step of a tenth of the range has half of that as its gradient on both of its sides.
constexpr float kTrueStrength = 0.05F;
// Found edges are tried from this strength on, each a fixed factor stronger than the one before.
constexpr double kLeastStrength = 0.002;
constexpr double kNextStrength = 1.22;
// Unknown pixels between known ones of a row are what one eye alone sees, up to this width.
constexpr int kWidestGap = 48;

cv::Size scoring_size(Size size) {
    const double scale = static_cast<double>(kShortSide) / std::min(size.width, size.height);
    return {std::max(1, static_cast<int>(std::lround(size.width * scale))),
            std::max(1, static_cast<int>(std::lround(size.height * scale)))};
}

// What is hidden from one eye lies behind what hides it: gaps take the farther of their two sides.
void close_gaps(cv::Mat_<float>& truth) {
    for (int y = 0; y < truth.rows; ++y) {
        float* row = truth[y];
        int last = -1;
        for (int x = 0; x < truth.cols; ++x) {
            if (!std::isfinite(row[x])) continue;
            if (last >= 0 && x - last - 1 <= kWidestGap)
                std::fill(row + last + 1, row + x, std::min(row[last], row[x]));
            last = x;
        }
    }
}

// The strength of the gradient where it is a ridge, 0 elsewhere.
cv::Mat_<float> ridges_of(const cv::Mat_<float>& map) {
    cv::Mat_<float> dx;
    cv::Mat_<float> dy;
    cv::Sobel(map, dx, CV_32F, 1, 0, 3, 1.0 / 8, 0, cv::BORDER_REPLICATE);
    cv::Sobel(map, dy, CV_32F, 0, 1, 3, 1.0 / 8, 0, cv::BORDER_REPLICATE);
    cv::Mat_<float> strength;
    cv::magnitude(dx, dy, strength);
    cv::Mat_<float> ridges(map.size(), 0.0F);
    for (int y = 1; y + 1 < map.rows; ++y)
        for (int x = 1; x + 1 < map.cols; ++x) {
            const float here = strength(y, x);
            // The neighbours before and behind, along the gradient.
            const float along_x = std::abs(dx(y, x));
            const float along_y = std::abs(dy(y, x));
            const int step_x = along_x >= 0.41421F * along_y ? (dx(y, x) > 0 ? 1 : -1) : 0;
            const int step_y = along_y >= 0.41421F * along_x ? (dy(y, x) > 0 ? 1 : -1) : 0;
            const bool is_ridge =
                here > strength(y - step_y, x - step_x) && here >= strength(y + step_y, x + step_x);
            if (is_ridge && std::isfinite(here)) ridges(y, x) = here;
        }
    return ridges;
}

// 2nd percentile to 98th become 0 to 1; NaN stays.
cv::Mat_<float> normalised(const cv::Mat_<float>& map) {
    std::vector<float> known;
    for (const float value : map)
        if (std::isfinite(value)) known.push_back(value);
    if (known.empty()) return map;
    InverseDepth values({static_cast<int>(known.size()), 1});
    values.values() = known;
    normalise(values);
    return (map - values.offset) / values.scale;
}

cv::Mat_<uchar> unknown_pixels(const cv::Mat_<float>& map) {
    cv::Mat_<uchar> unknown(map.size());
    std::transform(map.begin(), map.end(), unknown.begin(),
                   [](float value) -> uchar { return std::isfinite(value) ? 0 : 255; });
    return unknown;
}

cv::Mat_<uchar> near_to(const cv::Mat_<uchar>& mask) {
    if (cv::countNonZero(mask) == 0) return cv::Mat_<uchar>(mask.size(), 0);
    cv::Mat_<float> distance;
    cv::distanceTransform(mask == 0, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
    return distance <= kTolerancePx;
}

}  // namespace
}  // namespace evaluation

void EdgeScore::add(const InverseDepth& found, const DepthTruth& truth) {
    using namespace evaluation;
    require_same_size(found.size(), truth.size());
    const cv::Size size = scoring_size(truth.size());
    cv::Mat_<float> true_map;
    cv::resize(as_mat(truth), true_map, size, 0, 0, cv::INTER_NEAREST);
    close_gaps(true_map);
    cv::Mat_<float> found_map;
    cv::resize(as_mat(found), found_map, size, 0, 0,
               size.width < found.width() ? cv::INTER_AREA : cv::INTER_LINEAR);

    const cv::Mat_<uchar> judged = ~near_to(unknown_pixels(true_map));
    const cv::Mat_<uchar> true_edges = (ridges_of(normalised(true_map)) >= kTrueStrength) & judged;
    const cv::Mat_<uchar> near_true = near_to(true_edges);
    const cv::Mat_<float> found_ridges = ridges_of(normalised(found_map));
    true_edges_ += cv::countNonZero(true_edges);
    double strength = kLeastStrength;
    for (Counts& counts : counts_) {
        const cv::Mat_<uchar> edges = (found_ridges >= strength) & judged;
        counts.found += cv::countNonZero(edges);
        counts.right += cv::countNonZero(edges & near_true);
        counts.recalled += cv::countNonZero(true_edges & near_to(edges));
        strength *= kNextStrength;
    }
}

std::optional<double> EdgeScore::best_f1() const {
    if (true_edges_ == 0) return {};
    double best = 0;
    for (const Counts& counts : counts_) {
        if (counts.right == 0) continue;
        const double precision = static_cast<double>(counts.right) / counts.found;
        const double recall = static_cast<double>(counts.recalled) / true_edges_;
        if (precision + recall > 0)
            best = std::max(best, 2 * precision * recall / (precision + recall));
    }
    return best;
}

}  // namespace diorama
