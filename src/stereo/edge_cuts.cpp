#include <fmt/format.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/parallel.h"
#include "core/quantile.h"
#include "diorama/disparity.h"
#include "diorama/opencv.h"

namespace diorama {
namespace stereo {
namespace {

// In front of the screen by less than this share of the width, nobody sees that it is cut; nor
// where it takes less than this share of the height.
constexpr float kLeast = 0.001F;
constexpr double kFewRows = 0.02;
// A few stray pixels do not say how far the window must float.
constexpr double kNearlyAll = 0.95;
// What is drawn back comes forward again over this share of the width.
constexpr float kReach = 0.1F;

EdgeCut find_cut(const Disparity& disparity, int x) {
    const float least = kLeast * static_cast<float>(disparity.width());
    std::vector<float> cut;
    for (int y = 0; y < disparity.height(); ++y)
        if (disparity.at(x, y) > least) cut.push_back(disparity.at(x, y));
    const double rows = static_cast<double>(cut.size()) / disparity.height();
    if (rows < kFewRows) return {};
    return {.px = core::quantile(cut, kNearlyAll), .rows = rows};
}

void warn_of(const EdgeCut& cut, const char* side, int width, const RunContext& run) {
    if (cut.px == 0) return;
    run.warn(
        fmt::format("the {} edge cuts something {:.2f} % of the width before the screen; "
                    "--edge-violation float or pull mends that",
                    side, 100 * cut.px / width));
}

// 0 at the edge, 1 from the reach on, without a kink.
float fade(int from_edge_px, int width) {
    const float way = std::min(1.0F, static_cast<float>(from_edge_px) /
                                         std::max(1.0F, kReach * static_cast<float>(width)));
    return way * way * (3 - 2 * way);
}

// Only connected pieces before the screen that reach the edge are drawn back: their outlines are
// steps in depth, or lie on the screen, so that nothing tears.
void draw_back(Disparity& disparity, bool at_left, bool at_right, const RunContext& run) {
    const int width = disparity.width();
    const cv::Mat_<uchar> before = as_mat(disparity) > 0;
    cv::Mat_<int> piece;
    const int pieces = cv::connectedComponents(before, piece, 8, CV_32S);
    std::vector<char> left(static_cast<std::size_t>(pieces), 0), right = left;
    for (int y = 0; y < disparity.height(); ++y) {
        if (at_left) left[static_cast<std::size_t>(piece(y, 0))] = 1;
        if (at_right) right[static_cast<std::size_t>(piece(y, width - 1))] = 1;
    }
    core::parallel_rows(run, disparity.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < width; ++x) {
                float& d = disparity.at(x, y);
                if (!(d > 0)) continue;
                const auto of = static_cast<std::size_t>(piece(y, x));
                if (left[of] != 0) d *= fade(x, width);
                if (right[of] != 0) d *= fade(width - 1 - x, width);
            }
    });
}

}  // namespace
}  // namespace stereo

EdgeCuts find_edge_cuts(const Disparity& disparity) {
    if (disparity.empty()) return {};
    return {stereo::find_cut(disparity, 0), stereo::find_cut(disparity, disparity.width() - 1)};
}

void answer_edge_cuts(Disparity& disparity, EdgeViolation answer, const RunContext& run) {
    if (answer == EdgeViolation::window) return;
    const EdgeCuts cuts = find_edge_cuts(disparity);
    if (answer == EdgeViolation::ignore) {
        stereo::warn_of(cuts.left, "left", disparity.width(), run);
        stereo::warn_of(cuts.right, "right", disparity.width(), run);
    } else if (cuts.left.px > 0 || cuts.right.px > 0) {
        stereo::draw_back(disparity, cuts.left.px > 0, cuts.right.px > 0, run);
    }
}

}  // namespace diorama
