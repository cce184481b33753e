#include "perception/depth_results.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/quantile.h"
#include "perception/working_copy.h"

namespace diorama::perception {
namespace {

// Where a network's sky output says at least this, there is nothing nearer than infinity.
constexpr float kSky = 0.3F;

const ModelResult* find_result(const std::vector<ModelResult>& results, OutputMeaning meaning) {
    const auto found = std::ranges::find(results, meaning, &ModelResult::meaning);
    return found == results.end() ? nullptr : &*found;
}

cv::Mat_<float> as_map(const ModelResult& result) {
    return cv::Mat_<float>(result.size.height, result.size.width,
                           const_cast<float*>(result.values.data()))
        .clone();
}

// Distances become their inverse. What is no distance, zero or less, counts as very near, but not
// so near that it, or a few pixels next to zero, would drown the rest.
void invert_distances(cv::Mat_<float>& map) {
    constexpr double kNearestShare = 0.005;
    std::vector<float> distances;
    for (const float distance : map)
        if (distance > 0 && std::isfinite(distance)) distances.push_back(distance);
    const float nearest = distances.empty() ? 1.0F : core::quantile(distances, kNearestShare);
    for (float& distance : map) distance = 1.0F / std::max(distance, nearest);
}

cv::Mat_<float> read_inverse(const std::vector<ModelResult>& results) {
    if (const auto* inverse = find_result(results, OutputMeaning::inverse_depth))
        return as_map(*inverse);
    const auto* distance = find_result(results, OutputMeaning::depth);
    if (!distance) distance = find_result(results, OutputMeaning::metric_depth);
    cv::Mat_<float> map = as_map(*distance);
    invert_distances(map);
    return map;
}

// The sky, and what is not a number, becomes as far as the far end of the rest: its own value is
// chance. The few that are farther still are outliers and come to that end, too, so that nothing
// lies behind the sky.
void put_sky_behind(NetworkDepth& depth) {
    constexpr double kFarEnd = 0.02;  // as in normalise
    std::vector<float> rest;
    cv::Mat_<uchar> replaced = depth.beyond.clone();
    for (int y = 0; y < replaced.rows; ++y)
        for (int x = 0; x < replaced.cols; ++x) {
            if (!std::isfinite(depth.inverse(y, x))) replaced(y, x) = 255;
            if (!replaced(y, x)) rest.push_back(depth.inverse(y, x));
        }
    if (cv::countNonZero(replaced) == 0) return;
    const float farthest = rest.empty() ? 0.0F : core::quantile(rest, kFarEnd);
    depth.inverse.setTo(farthest, replaced);
    for (float& inverse : depth.inverse) inverse = std::max(inverse, farthest);
}

cv::Mat_<float> read_confidence(const std::vector<ModelResult>& results) {
    cv::Mat_<float> map;
    if (const auto* confidence = find_result(results, OutputMeaning::confidence)) {
        map = as_map(*confidence);
    } else if (const auto* above = find_result(results, OutputMeaning::confidence_above_one)) {
        map = as_map(*above);
        for (float& value : map) value = 1.0F - 1.0F / std::max(value, 1.0F);
    }
    for (float& value : map) value = value > 0 ? std::min(value, 1.0F) : 0.0F;  // NaN is 0
    return map;
}

}  // namespace

NetworkDepth read_depth(const std::vector<ModelResult>& results) {
    NetworkDepth depth{.inverse = read_inverse(results), .confidence = read_confidence(results)};
    depth.beyond = cv::Mat_<uchar>(depth.inverse.size(), 0);
    if (const auto* sky = find_result(results, OutputMeaning::sky))
        depth.beyond = resize_map(as_map(*sky), {depth.inverse.cols, depth.inverse.rows}) >= kSky;
    put_sky_behind(depth);
    return depth;
}

}  // namespace diorama::perception
