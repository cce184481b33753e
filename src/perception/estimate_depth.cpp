#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "core/parallel.h"
#include "diorama/depth.h"
#include "diorama/error.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "perception/edge_aware.h"
#include "perception/subject_rim.h"
#include "perception/working_copy.h"

namespace diorama {
namespace {

using perception::resize_map;

// Edges are found on a copy of at most so many pixels; a larger picture's map is enlarged from it.
constexpr std::int64_t kWorkingPixels = 1'000'000;
// What transparent areas become before the network sees them (seed 000, II.A.3).
constexpr int kNeutralGrey = 128;
// Where a network's sky output says at least this, there is nothing nearer than infinity.
constexpr float kSky = 0.3F;

// How much of each pixel is subject: the matte, times the picture's own alpha where it has any.
// Nothing where there is neither.
std::optional<cv::Mat_<float>> subject_share(const Image& picture, const Matte* matte, Size size) {
    if (!matte && picture.alpha() == AlphaKind::none) return std::nullopt;
    cv::Mat_<float> share(size.height, size.width, 1.0F);
    if (picture.alpha() != AlphaKind::none) share = perception::working_alpha(picture, size);
    if (matte) share = share.mul(resize_map(as_mat(*matte), size));
    return share;
}

void lay_over_grey(cv::Mat_<cv::Vec3b>& colours, const cv::Mat_<float>& share,
                   const RunContext& run) {
    core::parallel_rows(run, colours.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < colours.cols; ++x) {
                const int kept = static_cast<int>(std::clamp(share(y, x), 0.0F, 1.0F) * 256.0F);
                for (auto& c : colours(y, x).val)
                    c = static_cast<uchar>(kNeutralGrey + ((c - kNeutralGrey) * kept) / 256);
            }
    });
}

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
// so near that it would drown the rest.
void invert_distances(cv::Mat_<float>& map) {
    float nearest = std::numeric_limits<float>::infinity();
    for (const float distance : map)
        if (distance > 0) nearest = std::min(nearest, distance);
    if (!std::isfinite(nearest)) nearest = 1.0F;
    for (float& distance : map) distance = 1.0F / std::max(distance, nearest);
}

// The network's depth in whatever form it gives it, as inverse depth; the sky and what is not a
// number become the farthest.
cv::Mat_<float> inverse_depth_of(const std::vector<ModelResult>& results) {
    cv::Mat_<float> map;
    if (const auto* inverse = find_result(results, OutputMeaning::inverse_depth)) {
        map = as_map(*inverse);
    } else {
        const auto* distance = find_result(results, OutputMeaning::depth);
        if (!distance) distance = find_result(results, OutputMeaning::metric_depth);
        map = as_map(*distance);
        invert_distances(map);
    }

    cv::Mat_<uchar> beyond(map.size(), 0);
    if (const auto* sky = find_result(results, OutputMeaning::sky))
        beyond = resize_map(as_map(*sky), {map.cols, map.rows}) >= kSky;
    float farthest = std::numeric_limits<float>::infinity();
    for (int y = 0; y < map.rows; ++y)
        for (int x = 0; x < map.cols; ++x) {
            if (!std::isfinite(map(y, x))) beyond(y, x) = 255;
            if (!beyond(y, x)) farthest = std::min(farthest, map(y, x));
        }
    map.setTo(std::isfinite(farthest) ? farthest : 0.0F, beyond);
    return map;
}

}  // namespace

DepthEstimate estimate_depth(const Model& model, const Image& picture, const Matte* matte,
                             const RunContext& run) {
    if (model.interface().task != ModelTask::depth)
        throw Error(ErrorCode::mismatch, "the model finds mattes, not depth", "--depth-model");
    if (matte) perception::require_same_size(picture, *matte);

    const Size working = perception::limit_pixels(picture.size(), kWorkingPixels);
    const auto colours = perception::working_copy(picture, working);
    const auto share = subject_share(picture, matte, working);
    cv::Mat_<cv::Vec3b> seen = colours;
    if (share) {
        seen = colours.clone();
        lay_over_grey(seen, *share, run);
    }
    const auto results = model.run(perception::as_image(seen), run);

    cv::Mat_<float> map = inverse_depth_of(results);
    if (share)
        perception::continue_depth_from_inside(map, resize_map(*share, {map.cols, map.rows}),
                                               perception::kRim * (map.cols + map.rows) / 2);
    run.throw_if_stopped();
    const auto upsampled = perception::upsample_along_edges(map, colours, run);
    run.throw_if_stopped();

    DepthEstimate estimate;
    estimate.inverse_depth = InverseDepth(picture.size());
    cv::Mat whole = as_mat(estimate.inverse_depth);
    cv::resize(upsampled, whole, whole.size(), 0, 0, cv::INTER_LINEAR);
    const std::optional<Matte> own = matte ? std::nullopt : matte_from_alpha(picture);
    normalise(estimate.inverse_depth, own ? &*own : matte);

    if (const auto* confidence = find_result(results, OutputMeaning::confidence)) {
        estimate.confidence = Confidence(picture.size());
        cv::Mat target = as_mat(estimate.confidence);
        cv::resize(as_map(*confidence), target, target.size(), 0, 0, cv::INTER_LINEAR);
        cv::min(cv::max(target, 0.0), 1.0, target);
        estimate.confidence_source = "model";
    } else {
        estimate.confidence = heuristic_confidence(estimate.inverse_depth);
        estimate.confidence_source = "heuristic";
    }
    return estimate;
}

Confidence heuristic_confidence(const InverseDepth& depth) {
    const int width = depth.width();
    const int height = depth.height();
    Confidence confidence(depth.size(), 1.0F);
    // Differences across two pixels, at the border across one.
    const auto slope = [](float before, float after, int distance) {
        return distance > 0 ? (after - before) / static_cast<float>(distance) : 0.0F;
    };
    core::parallel_rows({}, height, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const int above = std::max(y - 1, 0);
            const int below = std::min(y + 1, height - 1);
            for (int x = 0; x < width; ++x) {
                const int left = std::max(x - 1, 0);
                const int right = std::min(x + 1, width - 1);
                const float dx = slope(depth.at(left, y), depth.at(right, y), right - left);
                const float dy = slope(depth.at(x, above), depth.at(x, below), below - above);
                confidence.at(x, y) = std::exp(-10.0F * std::sqrt(dx * dx + dy * dy));
            }
        }
    });
    return confidence;
}

}  // namespace diorama
