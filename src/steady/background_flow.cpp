#include "steady/background_flow.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "diorama/opencv.h"
#include "perception/fill_spread.h"
#include "steady/grid.h"

namespace diorama::steady {
namespace {

constexpr std::int64_t kFlowPixels = 500'000;
// Flow is found by patches: beside a thing that moves by itself it is wrong so far.
constexpr int kPatchPx = 8;
constexpr float kTrusted = 0.5F;

// The hidden pixels on the flow's grid, and those beside them whose flow they spoil.
cv::Mat_<uchar> spoilt(const HiddenArea& hidden, Size frame, Size grid) {
    cv::Mat_<uchar> all(frame.height, frame.width, uchar(0));
    if (!hidden.area.empty()) hidden.hidden.copyTo(all(hidden.area));
    cv::Mat_<float> share;
    all.convertTo(share, CV_32F);
    cv::resize(share, share, {grid.width, grid.height}, 0, 0, cv::INTER_AREA);
    cv::Mat_<uchar> any = share > 0;
    const cv::Mat patch =
        cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * kPatchPx + 1, 2 * kPatchPx + 1});
    cv::dilate(any, any, patch);
    return any;
}

struct Motion {
    cv::Matx23d matrix{1, 0, 0, 0, 1, 0};
    [[nodiscard]] cv::Vec2f at(int x, int y) const {
        const cv::Vec2d to = matrix * cv::Vec3d(x, y, 1);
        return {static_cast<float>(to[0] - x), static_cast<float>(to[1] - y)};
    }
};

// The affine motion that most of what is trusted and not hidden has.
Motion find_motion(const Flow& flow, const Confidence& trust, const cv::Mat_<uchar>& hidden) {
    constexpr int kStep = 8;
    constexpr std::size_t kFewest = 30;
    constexpr double kInlierPx = 1;
    std::vector<cv::Point2f> from, to;
    for (int y = kStep / 2; y < hidden.rows; y += kStep)
        for (int x = kStep / 2; x < hidden.cols; x += kStep) {
            if (hidden(y, x) || trust.at(x, y) < kTrusted) continue;
            const auto u = static_cast<float>(x);
            const auto v = static_cast<float>(y);
            from.emplace_back(u, v);
            to.emplace_back(u + flow.dx.at(x, y), v + flow.dy.at(x, y));
        }
    Motion motion;
    if (from.size() < kFewest) return motion;
    const cv::Mat found = cv::estimateAffine2D(from, to, cv::noArray(), cv::RANSAC, kInlierPx);
    if (!found.empty()) motion.matrix = cv::Matx23d(found);
    return motion;
}

// The mean difference of what both frames show, but for what has changed otherwise than the rest.
cv::Vec3f find_brighter(const Image& here, const Image& there, const Flow& to_there,
                        const Confidence& trust, const cv::Mat_<uchar>& hidden,
                        const RunContext& run) {
    constexpr int kOther = 8;
    const Image warped = warp_by_flow(there, to_there, run);
    std::array<std::array<std::int64_t, 511>, 3> histograms{};
    for (int y = 0; y < here.height(); ++y)
        for (int x = 0; x < here.width(); ++x) {
            if (hidden(y, x) || trust.at(x, y) < kTrusted) continue;
            const std::uint8_t* a = here.row<std::uint8_t>(y) + 3 * x;
            const std::uint8_t* b = warped.row<std::uint8_t>(y) + 3 * x;
            for (std::size_t c = 0; c < 3; ++c)
                ++histograms[c][static_cast<std::size_t>(255 + a[c] - b[c])];
        }
    cv::Vec3f brighter(0, 0, 0);
    for (int c = 0; c < 3; ++c) {
        const auto& histogram = histograms[static_cast<std::size_t>(c)];
        const std::int64_t all =
            std::accumulate(histogram.begin(), histogram.end(), std::int64_t{0});
        std::int64_t below = 0;
        int middle = 0;
        while (middle < 510 && 2 * (below + histogram[static_cast<std::size_t>(middle)]) < all)
            below += histogram[static_cast<std::size_t>(middle++)];
        double sum = 0, count = 0;
        for (int i = std::max(0, middle - kOther); i <= std::min(510, middle + kOther); ++i) {
            const auto pixels = static_cast<double>(histogram[static_cast<std::size_t>(i)]);
            sum += pixels * (i - 255);
            count += pixels;
        }
        if (count > 0) brighter[c] = static_cast<float>(sum / count);
    }
    return brighter;
}

}  // namespace

void continue_flow(Flow& flow, const Confidence& trust, const cv::Mat_<uchar>& hidden) {
    // What departs so far from the motion of the whole is more likely another thing that moves.
    constexpr float kOtherPx = 6;
    if (cv::countNonZero(hidden) == 0) return;
    const Motion motion = find_motion(flow, trust, hidden);
    cv::Mat_<cv::Vec4f> departs(hidden.size(), cv::Vec4f::all(0));
    for (int y = 0; y < hidden.rows; ++y)
        for (int x = 0; x < hidden.cols; ++x) {
            if (hidden(y, x)) continue;
            const cv::Vec2f by = cv::Vec2f(flow.dx.at(x, y), flow.dy.at(x, y)) - motion.at(x, y);
            const float far = static_cast<float>(cv::norm(by)) / kOtherPx;
            const float weight = trust.at(x, y) * std::exp2(-far * far);
            departs(y, x) = weight * cv::Vec4f(by[0], by[1], 0, 1);
        }
    departs = perception::spread(departs);
    for (int y = 0; y < hidden.rows; ++y)
        for (int x = 0; x < hidden.cols; ++x) {
            if (!hidden(y, x)) continue;
            const cv::Vec2f by = motion.at(x, y);
            flow.dx.at(x, y) = by[0] + departs(y, x)[0];
            flow.dy.at(x, y) = by[1] + departs(y, x)[1];
        }
}

BackgroundFlow find_background_flow(const Image& before, const HiddenArea& hidden_before,
                                    const Image& frame, const HiddenArea& hidden,
                                    const RunContext& run) {
    const Image there = shrink_to(before, kFlowPixels);
    const Image here = shrink_to(frame, kFlowPixels);
    BackgroundFlow flow{.to_before = estimate_flow(here, there, FlowPreset::medium, run),
                        .to_after = estimate_flow(there, here, FlowPreset::medium, run)};
    const Confidence trust_before = flow_confidence(flow.to_before, flow.to_after, run);
    const Confidence trust_after = flow_confidence(flow.to_after, flow.to_before, run);
    const cv::Mat_<uchar> spoilt_here = spoilt(hidden, frame.size(), here.size());
    flow.brighter = find_brighter(here, there, flow.to_before, trust_before, spoilt_here, run);
    continue_flow(flow.to_before, trust_before, spoilt_here);
    continue_flow(flow.to_after, trust_after, spoilt(hidden_before, before.size(), there.size()));
    return flow;
}

}  // namespace diorama::steady
