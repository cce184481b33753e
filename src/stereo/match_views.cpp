#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/quantile.h"
#include "diorama/flow.h"
#include "diorama/match.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "perception/working_copy.h"
#include "stereo/consistency.h"
#include "stereo/map_checks.h"
#include "stereo/match_range.h"
#include "stereo/semi_global.h"

namespace diorama {
namespace stereo {
namespace {

constexpr std::int64_t kMostPixels = 4'000'000;
constexpr double kLittleInCommon = 0.2;  // of the pixels
constexpr std::int64_t kOffsetPixels = 200'000;
constexpr float kTrusted = 0.5F;
constexpr double kLargestOffset = 0.002;  // of the height
constexpr double kLeastOffsetPx = 1;      // of the small copies, below which flow is not exact

void check(const Image& left, const Image& right) {
    if (left.empty() || right.empty()) throw Error(ErrorCode::usage, "is empty", "picture");
    if (left.size() != right.size())
        throw Error(ErrorCode::mismatch,
                    fmt::format("the views are {}×{} and {}×{}; matching needs two of one size",
                                left.width(), left.height(), right.width(), right.height()));
}

void warn_of_one_view(const Image& left, const Image& right, const RunContext& run) {
    const bool same = left.size_bytes() == right.size_bytes() &&
                      std::equal(left.data(), left.data() + left.size_bytes(), right.data());
    if (same) run.warn("both views are the same picture, so everything lies on the screen");
}

// How far rows of one view lie from their own in the other, in pixels: the median.
double find_vertical_offset(const Image& left, const Image& right, const RunContext& run) {
    const Size size = perception::limit_pixels(left.size(), kOffsetPixels);
    const Image from = resize(left, size);
    const Image to = resize(right, size);
    const Flow there = estimate_flow(from, to, FlowPreset::medium, run);
    const Flow back = estimate_flow(to, from, FlowPreset::medium, run);
    const Confidence confidence = flow_confidence(there, back, run);
    std::vector<float> offsets;
    for (std::size_t n = 0; n < confidence.values().size(); ++n)
        if (confidence.values()[n] >= kTrusted) offsets.push_back(std::abs(there.dy.values()[n]));
    if (offsets.empty()) return 0;
    const double offset_px = core::median(offsets);
    if (offset_px < kLeastOffsetPx) return 0;
    return offset_px * left.height() / size.height;
}

void warn_of_vertical_offset(const Image& left, const Image& right, const RunContext& run) {
    const double offset_px = find_vertical_offset(left, right, run);
    if (offset_px > kLargestOffset * left.height())
        run.warn(
            fmt::format("rows of the views lie about {:.1f} pixels apart; rectify the views, "
                        "as only rows that agree can be matched",
                        offset_px));
}

cv::Mat_<float> enlarge(const cv::Mat_<float>& map, Size size, double scale) {
    cv::Mat_<float> large;
    // Between two surfaces there is nothing, so nothing is interpolated.
    cv::resize(map, large, {size.width, size.height}, 0, 0, cv::INTER_NEAREST);
    return large * scale;
}

RawMatch match(const Image& left, const Image& right, const RunContext& run) {
    const Size size = perception::limit_pixels(left.size(), kMostPixels);
    const auto from = perception::working_copy(left, size);
    const auto to = perception::working_copy(right, size);
    const FoundRange found = find_range(from, to, run);
    if (found.share < kLittleInCommon)
        run.warn(
            fmt::format("only {:.0f} % of the left view is found in the right one; are these two "
                        "views of one scene, side by side?",
                        100 * found.share));
    RawMatch raw = match_semi_globally(from, to, found.range, run);
    if (size == left.size()) return raw;
    const double scale = static_cast<double>(left.width()) / size.width;
    return {.left = enlarge(raw.left, left.size(), scale),
            .right = enlarge(raw.right, left.size(), scale)};
}

}  // namespace
}  // namespace stereo

StereoMatch match_views(const Image& left, const Image& right, const RunContext& run) {
    stereo::check(left, right);
    stereo::warn_of_one_view(left, right, run);
    stereo::warn_of_vertical_offset(left, right, run);
    return stereo::make_consistent(stereo::match(left, right, run));
}

StereoMatch match_views(const Model& flow, const Image& left, const Image& right,
                        const RunContext& run) {
    stereo::check(left, right);
    stereo::warn_of_one_view(left, right, run);
    const Flow there = estimate_flow(flow, left, right, run);
    const Flow back = estimate_flow(flow, right, left, run);
    return stereo::make_consistent({.left = -as_mat(there.dx), .right = as_mat(back.dx).clone()});
}

}  // namespace diorama
