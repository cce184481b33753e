#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "diorama/stereo.h"
#include "stereo/gaps.h"
#include "stereo/map_checks.h"
#include "stereo/warp.h"

namespace diorama {
namespace stereo {
namespace {

void check(const Image& picture, const Disparity& disparity, double share) {
    if (picture.empty()) throw Error(ErrorCode::usage, "is empty", "picture");
    require_size(disparity.size(), picture.size(), "disparity");
    if (!(std::abs(share) <= 1))
        throw Error(ErrorCode::usage, fmt::format("{} is not from -1 to 1", share), "share");
    const auto width = static_cast<float>(picture.width());
    if (all_of(disparity, [&](float d) { return std::abs(d) < width; })) return;
    require_finite(disparity, "disparity");
    throw Error(ErrorCode::usage,
                fmt::format("is wider than the picture, whose width is {} pixels; is it in pixels, "
                            "and made for this picture?",
                            picture.width()),
                "disparity");
}

// Warped, filled, and with soft outlines. `hole` is drawn where it is asked for.
Image see(const Image& picture, const Disparity& disparity, double share, const Filler* filler,
          InverseDepth& nearness, Matte* asked_hole, const RunContext& run) {
    Warped warped = warp_surfaces(picture, disparity, share, run);
    if (filler == nullptr)
        soften_gaps(warped, run);
    else
        warped.picture =
            filler->fill(warped.picture, draw_gaps(warped), {.depth = &warped.nearness}, run)
                .picture;
    Matte none;
    Matte& hole = asked_hole != nullptr ? *asked_hole : none;
    if (asked_hole != nullptr) hole = draw_gaps(warped);
    lay_rims(warped, share, hole, run);
    nearness = std::move(warped.nearness);
    return std::move(warped.picture);
}

void blacken(Image& picture, int begin, int end) {
    const double opaque = picture.sample_type() == SampleType::u8 ? 255 : 65535;
    cv::Mat bar = as_mat(picture).colRange(std::max(begin, 0), std::min(end, picture.width()));
    bar.setTo(cv::Scalar(0, 0, 0, opaque));
}

// The picture with alpha that can be blended; kept in `room` where it has to be made.
const Image& prepare(const Image& picture, Image& room) {
    if (picture.alpha() != AlphaKind::straight) return picture;
    room = premultiply(picture);
    return room;
}

}  // namespace
}  // namespace stereo

const std::vector<Field<StereoOptions>>& StereoOptions::fields() {
    static const std::vector<Field<StereoOptions>> list{
        field("eyes", &StereoOptions::eyes, "which eyes' views are made"),
        field("balance", &StereoOptions::balance, {.min = 0, .max = 1},
              "with --eyes both, the right eye's share of the shift; the left eye has the rest"),
        field("depth-edges", &StereoOptions::depth_edges,
              "what becomes of steps in depth that are smeared, as networks have them"),
    };
    return list;
}

View make_view(const Image& picture, const Disparity& disparity, double share, const Filler* filler,
               const RunContext& run) {
    using namespace stereo;
    check(picture, disparity, share);
    if (share == 0)
        return {.picture = picture, .hole = Matte(picture.size()), .disparity = disparity};
    View view{.disparity = Disparity(picture.size())};
    InverseDepth nearness;
    Image room;
    view.picture = see(prepare(picture, room), disparity, share, filler, nearness, &view.hole, run);
    view.disparity.values() = std::move(nearness.values());
    constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const float* hole = view.hole.row(y);
            float* d = view.disparity.row(y);
            for (int x = 0; x < picture.width(); ++x) d[x] = hole[x] > 0 ? kUnknown : d[x];
        }
    });
    return view;
}

Image draw_view(const Image& picture, const Disparity& disparity, double share,
                const Filler* filler, const RunContext& run) {
    using namespace stereo;
    check(picture, disparity, share);
    if (share == 0) return picture;
    InverseDepth nearness;
    Image room;
    return see(prepare(picture, room), disparity, share, filler, nearness, nullptr, run);
}

StereoPair make_stereo_pair(const Image& picture, const Disparity& disparity, const Filler* filler,
                            const StereoOptions& options, const RunContext& run) {
    validate(options);
    const double right = options.eyes == Eyes::right ? 1 : options.balance;
    return {.left = draw_view(picture, disparity, right - 1, filler, run),
            .right = draw_view(picture, disparity, right, filler, run)};
}

void float_left_edge(Image& left, const EdgeCuts& cuts) {
    stereo::blacken(left, 0, static_cast<int>(std::ceil(cuts.left.px)));
}

void float_right_edge(Image& right, const EdgeCuts& cuts) {
    const int bar = static_cast<int>(std::ceil(cuts.right.px));
    stereo::blacken(right, right.width() - bar, right.width());
}

}  // namespace diorama
