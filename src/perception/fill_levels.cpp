#include "perception/fill_levels.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace diorama::perception {
namespace {

// The coarsest level is the one on which the hole is about one patch wide.
constexpr double kCoarsestHalfWidthPx = 5;
constexpr int kSmallestSide = 24;
constexpr int kFewestSources = 200;

cv::Mat_<uchar> widen(const cv::Mat_<uchar>& mask, int radius) {
    cv::Mat_<uchar> wide;
    cv::dilate(mask, wide, cv::Mat::ones(2 * radius + 1, 2 * radius + 1, CV_8U));
    return wide;
}

// The mean slope around each pixel, of known pixels alone.
cv::Mat_<uchar> roughness(const cv::Mat_<cv::Vec3b>& colour, const cv::Mat_<uchar>& unknown) {
    constexpr double kGain = 2.5;
    constexpr int kWindow = 5;
    cv::Mat grey, across, down;
    cv::cvtColor(colour, grey, cv::COLOR_RGB2GRAY);
    cv::Sobel(grey, across, CV_32F, 1, 0, 1);
    cv::Sobel(grey, down, CV_32F, 0, 1, 1);
    cv::Mat slope = cv::abs(across) + cv::abs(down), weight;
    const cv::Mat_<uchar> settled = widen(unknown, 1) == 0;
    settled.convertTo(weight, CV_32F, 1.0 / 255);
    slope = slope.mul(weight);
    cv::blur(slope, slope, {kWindow, kWindow});
    cv::blur(weight, weight, {kWindow, kWindow});
    cv::Mat_<uchar> rough;
    cv::Mat(slope / cv::max(weight, 1e-6)).convertTo(rough, CV_8U, kGain);
    return rough;
}

Level finest_level(const HoleCopy& copy) {
    Level level{.hole = copy.hole, .nearer = copy.nearer};
    if (level.nearer.empty()) level.nearer = cv::Mat_<uchar>::zeros(level.hole.size());
    const cv::Mat_<uchar> rough = roughness(copy.colour, level.hole | level.nearer);
    cv::merge(std::vector<cv::Mat>{copy.colour, rough}, level.features);
    if (!copy.depth.empty()) {
        level.depth = copy.depth;
        level.limit = copy.background_depth + copy.tolerance;
    }
    return level;
}

// A pixel is the mean of those known pixels of the background that it stands for.
Level halve(const Level& fine) {
    const cv::Size size((fine.hole.cols + 1) / 2, (fine.hole.rows + 1) / 2);
    Level half{.features = Features(size, cv::Vec4b()),
               .hole = cv::Mat_<uchar>(size, uchar{0}),
               .nearer = cv::Mat_<uchar>(size, uchar{0})};
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            cv::Vec4i sum;
            int known = 0, unknown = 0, near = 0;
            for (int v = 2 * y; v < std::min(2 * y + 2, fine.hole.rows); ++v)
                for (int u = 2 * x; u < std::min(2 * x + 2, fine.hole.cols); ++u)
                    if (fine.hole(v, u))
                        ++unknown;
                    else if (fine.nearer(v, u))
                        ++near;
                    else {
                        ++known;
                        sum += cv::Vec4i(fine.features(v, u));
                    }
            if (known >= unknown + near)
                half.features(y, x) = cv::Vec4b((sum + cv::Vec4i::all(known / 2)) / known);
            else
                (unknown >= near ? half.hole : half.nearer)(y, x) = 255;
        }
    if (!fine.depth.empty()) {
        cv::resize(fine.depth, half.depth, size, 0, 0, cv::INTER_NEAREST);
        cv::resize(fine.limit, half.limit, size, 0, 0, cv::INTER_NEAREST);
    }
    return half;
}

cv::Mat_<float> distance_inside(const cv::Mat_<uchar>& mask) {
    cv::Mat_<float> distance;
    cv::distanceTransform(mask, distance, cv::DIST_L2, cv::DIST_MASK_5);
    return distance;
}

}  // namespace

std::vector<Level> build_levels(const HoleCopy& copy) {
    std::vector<Level> levels{finest_level(copy)};
    for (;;) {
        const Level& last = levels.back();
        double half_width = 0;
        cv::minMaxLoc(distance_inside(last.hole), nullptr, &half_width);
        if (half_width <= kCoarsestHalfWidthPx ||
            std::min(last.hole.cols, last.hole.rows) < 2 * kSmallestSide)
            break;
        Level half = halve(last);
        if (cv::countNonZero(plan(half).search.sources) < kFewestSources) break;
        levels.push_back(std::move(half));
    }
    return levels;
}

Work plan(const Level& level) {
    Work work;
    // What is nearer and would be seen by a patch on the hole is painted over with background, too.
    work.domain = level.hole | (level.nearer & widen(level.hole, 2 * kPatchRadius));
    work.inside = distance_inside(work.domain);
    const cv::Size size = level.hole.size();
    const cv::Rect centres(kPatchRadius, kPatchRadius, size.width - 2 * kPatchRadius,
                           size.height - 2 * kPatchRadius);
    work.search = {.features = level.features,
                   .sources = cv::Mat_<uchar>::zeros(size),
                   .depth = level.depth,
                   .limit = level.limit};
    if (centres.width < 1 || centres.height < 1) return work;
    const cv::Mat_<uchar> open = widen(work.domain | level.nearer, kPatchRadius) == 0;
    open(centres).copyTo(work.search.sources(centres));
    const cv::Mat_<uchar> touched = widen(work.domain, kPatchRadius);
    cv::findNonZero(touched(centres), work.targets);
    for (cv::Point& target : work.targets) target += centres.tl();
    return work;
}

}  // namespace diorama::perception
