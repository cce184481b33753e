#include "diorama/disparity.h"
#include "perception/normalise.h"
#include "stereo/disparity_options.h"
#include "stereo/map_checks.h"

namespace diorama {
namespace {

constexpr double kFar = 0.02;
constexpr double kNear = 0.98;
// The median of the nearest third.
constexpr double kFront = 5.0 / 6;

double find_front(const InverseDepth& depth, const Matte* subject) {
    const auto at = [&](const Matte* within, double fraction) {
        return perception::find_percentiles(depth.values(), depth.size(), within, {fraction})[0];
    };
    return subject != nullptr ? at(subject, 0.5) : at(nullptr, kFront);
}

}  // namespace

DepthAnchors find_anchors(const InverseDepth& depth, const DisparityOptions& options,
                          const Matte* subject) {
    validate(options);
    if (depth.empty()) throw Error(ErrorCode::usage, "is empty", "depth");
    stereo::require_finite(depth, "depth");
    if (subject != nullptr) stereo::require_size(subject->size(), depth.size(), "matte");

    const auto ends =
        perception::find_percentiles(depth.values(), depth.size(), nullptr, {kFar, kNear});
    DepthAnchors anchors{.far = ends[0], .near = ends[1]};
    const double span = anchors.near - anchors.far;
    if (const auto asked = stereo::parse_zero_plane(options.zero_plane))
        anchors.zero_plane = *asked;
    else if (span > 0)
        anchors.zero_plane = (find_front(depth, subject) - anchors.far) / span;
    return anchors;
}

}  // namespace diorama
