#include "perception/segment_candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace diorama::perception {
namespace {

// A plane of yes and no becomes logits that are as sure as a decoder's.
constexpr float kSureLogit = 8;
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

}  // namespace

cv::Mat_<float> Candidates::logits(std::size_t index) const {
    const auto& shape = masks.shape;
    const inference::Shape plane(shape.end() - 2, shape.end());
    cv::Mat_<float> values(static_cast<int>(plane[0]), static_cast<int>(plane[1]));
    std::ranges::copy(
        masks.part(static_cast<std::int64_t>(index) * plane[0] * plane[1], plane).floats(),
        values.begin());
    if (masks.element == inference::Element::boolean || masks.element == inference::Element::u8)
        for (float& value : values) value = value > 0 ? kSureLogit : -kSureLogit;
    return values;
}

Candidates read_candidates(const inference::Graph& decoder, CandidateKind kind,
                           std::vector<float> scores, inference::Tensor masks, cv::Size2d seen) {
    const auto& shape = masks.shape;
    const auto planes = std::accumulate(shape.begin(), shape.end() - std::min<int>(2, shape.size()),
                                        std::int64_t{1}, std::multiplies<>());
    if (shape.size() < 3 || planes != std::ssize(scores) || *std::prev(shape.end()) < 1 ||
        *std::prev(shape.end(), 2) < 1)
        decoder.fail(fmt::format("gives {} scores, but masks of shape {}", scores.size(),
                                 inference::describe(shape)));
    for (float& score : scores) score = std::isfinite(score) ? std::clamp(score, 0.0F, 1.0F) : 0;
    const auto height = static_cast<double>(*std::prev(shape.end(), 2));
    const auto width = static_cast<double>(*std::prev(shape.end()));
    return {.kind = kind,
            .scores = std::move(scores),
            .masks = std::move(masks),
            .seen = {width * seen.width, height * seen.height}};
}

std::vector<std::size_t> choose(const Candidates& candidates, const SubjectHints& hints,
                                Size picture, double min_score, SegmentKeep keep) {
    std::vector<std::size_t> order(candidates.scores.size());
    std::iota(order.begin(), order.end(), 0U);
    std::erase_if(order, [&](auto i) { return candidates.scores[i] < min_score; });
    std::ranges::stable_sort(order, std::greater<>(), [&](auto i) { return candidates.scores[i]; });

    const bool best_one = keep == SegmentKeep::best || candidates.kind == CandidateKind::readings;
    const bool pointed = hints.box || !hints.subject_points.empty();
    const cv::Size2d scale(candidates.seen.width / picture.width,
                           candidates.seen.height / picture.height);
    std::vector<std::size_t> kept;
    std::vector<cv::Mat_<uchar>> masks;
    double best_fit = 0;
    for (const std::size_t i : order) {
        const cv::Mat_<uchar> mask = candidates.logits(i) > 0;
        if (cv::countNonZero(mask) == 0) continue;
        if (!best_one) {
            const auto same = [&](const auto& other) {
                return share_of_union(mask, other) > kSameThing;
            };
            if (std::ranges::any_of(masks, same)) continue;
            kept.push_back(i);
            masks.push_back(mask);
            continue;
        }
        if (!pointed || candidates.kind == CandidateKind::readings) return {i};
        if (const double fits = fit(mask, hints, scale); fits > best_fit) {
            best_fit = fits;
            kept = {i};
        }
    }
    return kept;
}

}  // namespace diorama::perception
