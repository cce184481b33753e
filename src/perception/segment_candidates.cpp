#include "perception/segment_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace diorama::perception {
namespace {

// Probabilities become logits no surer than a decoder's own.
constexpr float kSurest = 0.9997F;
// Two masks whose intersection has this share of their union show one thing.
constexpr double kSameThing = 0.7;

cv::Rect2d scaled(const Rect& box, cv::Size2d scale) {
    return {box.x * scale.width, box.y * scale.height, box.width * scale.width,
            box.height * scale.height};
}

double share_of_union(const cv::Rect2d& a, const cv::Rect2d& b) {
    const double both = (a & b).area();
    return both / (a.area() + b.area() - both);
}

double share_of_union(const cv::Mat_<uchar>& a, const cv::Mat_<uchar>& b) {
    return static_cast<double>(cv::countNonZero(a & b)) / cv::countNonZero(a | b);
}

// How far a mask lies where the hints point, 0…1; `scale` turns the picture's pixels into its own.
double fit(const cv::Mat_<uchar>& mask, const SubjectHints& hints, cv::Size2d scale) {
    const auto holds = [&](const Point& point) {
        const cv::Point at(
            std::min(static_cast<int>((point.x + 0.5) * scale.width), mask.cols - 1),
            std::min(static_cast<int>((point.y + 0.5) * scale.height), mask.rows - 1));
        return mask(at) != 0;
    };
    if (!std::ranges::all_of(hints.subject_points, holds) ||
        std::ranges::any_of(hints.background_points, holds))
        return 0;
    if (!hints.box) return 1;
    return share_of_union(cv::boundingRect(mask), scaled(*hints.box, scale));
}

// The first that lies where the hints point best; `order` is by falling score.
std::vector<std::size_t> keep_best(const Candidates& candidates,
                                   const std::vector<std::size_t>& order, const SubjectHints& hints,
                                   Size picture) {
    const bool pointed = hints.box || !hints.subject_points.empty();
    double best_fit = 0;
    std::vector<std::size_t> best;
    for (const std::size_t i : order) {
        const cv::Mat_<uchar> mask = candidates.logits(i) > 0;
        if (cv::countNonZero(mask) == 0) continue;
        if (!pointed || candidates.kind == CandidateKind::readings) return {i};
        const double fits = fit(mask, hints, candidates.scale(picture));
        if (fits > best_fit) best = {i};
        best_fit = std::max(best_fit, fits);
    }
    return best;
}

// Those that show no thing that a surer one shows.
std::vector<std::size_t> keep_all(const Candidates& candidates,
                                  const std::vector<std::size_t>& order) {
    std::vector<std::size_t> kept;
    std::vector<cv::Mat_<uchar>> masks;
    for (const std::size_t i : order) {
        const cv::Mat_<uchar> mask = candidates.logits(i) > 0;
        const auto is_same = [&](const cv::Mat_<uchar>& other) {
            return share_of_union(mask, other) > kSameThing;
        };
        if (cv::countNonZero(mask) == 0 || std::ranges::any_of(masks, is_same)) continue;
        kept.push_back(i);
        masks.push_back(mask);
    }
    return kept;
}

}  // namespace

cv::Mat_<float> Candidates::logits(std::size_t index) const {
    const inference::Shape plane(masks.shape.end() - 2, masks.shape.end());
    cv::Mat_<float> values(static_cast<int>(plane[0]), static_cast<int>(plane[1]));
    const auto first = static_cast<std::int64_t>(index) * plane[0] * plane[1];
    std::ranges::copy(masks.part(first, plane).floats(), values.begin());
    if (form == MaskForm::probabilities)
        for (float& value : values) {
            const float share = std::clamp(value, 1 - kSurest, kSurest);
            value = std::log(share / (1 - share));
        }
    return values;
}

cv::Size2d Candidates::scale(Size picture) const {
    const auto rows = static_cast<double>(*std::prev(masks.shape.end(), 2));
    const auto columns = static_cast<double>(masks.shape.back());
    return {columns * seen.width / picture.width, rows * seen.height / picture.height};
}

void check_candidates(const inference::Graph& decoder, const Candidates& candidates) {
    const auto& shape = candidates.masks.shape;
    const bool planar = shape.size() > 2 && shape.back() > 0 && *std::prev(shape.end(), 2) > 0;
    const auto planes = planar ? std::accumulate(shape.begin(), shape.end() - 2, std::int64_t{1},
                                                 std::multiplies<>())
                               : -1;
    if (planes != std::ssize(candidates.scores))
        decoder.fail(fmt::format("gives {} scores, but masks of shape {}", candidates.scores.size(),
                                 inference::describe(shape)));
}

std::vector<std::size_t> choose(const Candidates& candidates, const SubjectHints& hints,
                                Size picture, double min_score, SegmentKeep keep) {
    std::vector<std::size_t> order(candidates.scores.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto score = [&](std::size_t i) { return candidates.scores[i]; };
    std::erase_if(order, [&](std::size_t i) { return !(score(i) >= min_score); });
    std::ranges::stable_sort(order, std::greater<>(), score);
    const bool all = keep == SegmentKeep::all && candidates.kind == CandidateKind::instances;
    return all ? keep_all(candidates, order) : keep_best(candidates, order, hints, picture);
}

}  // namespace diorama::perception
