#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "perception/hints.h"
#include "perception/pieces.h"
#include "perception/working_copy.h"

namespace diorama {
namespace {

// GrabCut's time grows with the pixels; its border is refined on the whole picture afterwards.
constexpr std::int64_t kWorkingPixels = 250'000;
constexpr int kRounds = 5;
// A point stands for a spot of this radius, and without a box the subject is looked for within a
// wider one; both as fractions of the picture's mean side.
constexpr double kSpot = 0.012;
constexpr double kNeighbourhood = 0.12;
// Without background hints the outermost pixels are taken as background.
constexpr double kFrame = 0.02;
// Pieces smaller than this fraction of the largest are crumbs.
constexpr double kCrumb = 0.02;
// Below this GrabCut's statistics have too few pixels.
constexpr int kSmallestSide = 8;

// The hints in the working copy's pixels.
struct ScaledHints {
    cv::Rect box{};
    std::vector<cv::Point> subject{};
    std::vector<cv::Point> background{};
    double side = 0;
};

ScaledHints scale_hints(const SubjectHints& hints, Size from, cv::Size to) {
    const double sx = static_cast<double>(to.width) / from.width;
    const double sy = static_cast<double>(to.height) / from.height;
    ScaledHints scaled{.side = (to.width + to.height) / 2.0};
    const auto scale_points = [&](const std::vector<Point>& points, std::vector<cv::Point>& out) {
        for (const auto& point : points)
            out.emplace_back(static_cast<int>((point.x + 0.5) * sx),
                             static_cast<int>((point.y + 0.5) * sy));
    };
    scale_points(hints.subject_points, scaled.subject);
    scale_points(hints.background_points, scaled.background);
    if (hints.box) {
        const cv::Point begin(cvFloor(hints.box->x * sx), cvFloor(hints.box->y * sy));
        const cv::Point end(cvCeil((static_cast<double>(hints.box->x) + hints.box->width) * sx),
                            cvCeil((static_cast<double>(hints.box->y) + hints.box->height) * sy));
        scaled.box = cv::Rect(begin, end) & cv::Rect({0, 0}, to);
    }
    return scaled;
}

cv::Mat_<uchar> draw_labels(const ScaledHints& hints, cv::Size size) {
    cv::Mat_<uchar> labels(size, uchar{cv::GC_BGD});
    if (!hints.box.empty()) {
        labels(hints.box) = uchar{cv::GC_PR_FGD};
    } else {
        labels = uchar{cv::GC_PR_BGD};
        const int near = std::max(2, cvRound(kNeighbourhood * hints.side));
        for (const auto& point : hints.subject)
            cv::circle(labels, point, near, cv::GC_PR_FGD, cv::FILLED);
    }
    // A box over the whole picture, or no box, leaves no sure background.
    if (cv::countNonZero(labels == cv::GC_BGD) == 0) {
        const int frame = std::max(1, cvRound(kFrame * hints.side));
        cv::rectangle(labels, {{0, 0}, size}, cv::GC_BGD, frame);
    }
    const int spot = std::max(1, cvRound(kSpot * hints.side));
    for (const auto& point : hints.background)
        cv::circle(labels, point, spot, cv::GC_BGD, cv::FILLED);
    for (const auto& point : hints.subject) cv::circle(labels, point, spot, cv::GC_FGD, cv::FILLED);
    return labels;
}

// GrabCut draws its first clusters by chance; a fixed seed makes it the same each time.
void cut(const cv::Mat_<cv::Vec3b>& colours, cv::Mat_<uchar>& labels) {
    const auto state = cv::theRNG().state;
    cv::theRNG().state = 0x5EED;
    cv::Mat background, foreground;
    cv::grabCut(colours, labels, {}, background, foreground, kRounds, cv::GC_INIT_WITH_MASK);
    cv::theRNG().state = state;
}

// The pieces that a person pointed at, or, with a box alone, all but the crumbs. Holes that are
// smaller than a crumb are closed.
cv::Mat_<uchar> keep_pieces(const cv::Mat_<uchar>& subject, const std::vector<cv::Point>& points) {
    const auto pieces = perception::find_pieces(subject);
    const double crumb_px = kCrumb * pieces.largest_px();
    cv::Mat_<uchar> kept;
    if (points.empty()) {
        kept = pieces.mask_of_larger(crumb_px);
    } else {
        std::vector<uchar> chosen(pieces.area_px.size(), 0);
        for (const auto& point : points) chosen[pieces.labels(point)] = 1;
        kept = pieces.mask_of(chosen);
    }
    return ~perception::find_pieces(~kept).mask_of_larger(crumb_px);
}

}  // namespace

Matte matte_from_hints(const Image& picture, const SubjectHints& hints, const RunContext& run) {
    perception::check_hints(picture.size(), hints);
    const Size working = perception::limit_pixels(picture.size(), kWorkingPixels);
    const auto colours = perception::working_copy(picture, working);
    const ScaledHints scaled = scale_hints(hints, picture.size(), colours.size());

    cv::Mat_<uchar> labels = draw_labels(scaled, colours.size());
    run.throw_if_stopped();
    const cv::Mat sure_or_likely = (labels == cv::GC_FGD) | (labels == cv::GC_PR_FGD);
    if (std::min(colours.rows, colours.cols) >= kSmallestSide &&
        cv::countNonZero(sure_or_likely) > 0 && cv::countNonZero(sure_or_likely == 0) > 0)
        cut(colours, labels);
    run.throw_if_stopped();

    const cv::Mat_<uchar> subject =
        keep_pieces((labels == cv::GC_FGD) | (labels == cv::GC_PR_FGD), scaled.subject);
    Matte coarse(picture.size());
    cv::Mat_<float> soft;
    subject.convertTo(soft, CV_32F, 1.0 / 255);
    cv::Mat target = as_mat(coarse);
    cv::resize(soft, target, target.size(), 0, 0, cv::INTER_LINEAR);
    const double pixel = static_cast<double>(picture.width()) / working.width;
    return refine_matte(coarse, picture, std::max(2, cvRound(2.5 * pixel)), run);
}

}  // namespace diorama
