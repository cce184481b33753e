#include "perception/detail_depth.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "diorama/opencv.h"
#include "perception/merge_depth.h"
#include "perception/working_copy.h"

namespace diorama::perception {
namespace {

// Finer than this a network sees surfaces and no longer things.
constexpr double kFinest = 3;
// A picture that is not at least so much larger than the network's input has no more to show.
constexpr double kLeastGain = 1.3;
// Neighbouring parts share so much of their side.
constexpr double kOverlap = 0.3;
// Between the whole and the finest parts, larger ones keep things together.
constexpr double kMiddle = 0.62;

// Parts of this size that cover the map evenly.
std::vector<cv::Rect> cover(cv::Size map, cv::Size part) {
    const auto starts = [](int length, int of_part) {
        const int more = length - of_part;
        const int steps =
            more <= 0 ? 0 : static_cast<int>(std::ceil(more / ((1 - kOverlap) * of_part)));
        std::vector<int> begins{0};
        for (int n = 1; n <= steps; ++n) begins.push_back(more * n / steps);
        return begins;
    };
    part = {std::min(part.width, map.width), std::min(part.height, map.height)};
    std::vector<cv::Rect> parts;
    for (const int y : starts(map.height, part.height))
        for (const int x : starts(map.width, part.width)) parts.emplace_back(cv::Point(x, y), part);
    return parts;
}

cv::Size scaled(cv::Size size, double factor) {
    return {cvRound(size.width * factor), cvRound(size.height * factor)};
}

// What the network says of a part of the map, at the map's own pixels.
cv::Mat_<float> ask(const Model& model, const Image& view, const cv::Rect& part, cv::Size map,
                    const RunContext& run) {
    const double scale_x = static_cast<double>(view.width()) / map.width;
    const double scale_y = static_cast<double>(view.height()) / map.height;
    const cv::Rect seen = cv::Rect(cvRound(part.x * scale_x), cvRound(part.y * scale_y),
                                   cvRound(part.width * scale_x), cvRound(part.height * scale_y)) &
                          cv::Rect(0, 0, view.width(), view.height());
    Image crop({seen.width, seen.height}, view.sample_type(), view.alpha());
    as_mat(view)(seen).copyTo(as_mat(crop));
    return resize_map(read_depth(model.run(crop, run)).inverse, {part.width, part.height});
}

}  // namespace

cv::Mat_<float> add_detail(const Model& model, const Image& view, const NetworkDepth& whole,
                           const RunContext& run) {
    const cv::Size network = whole.inverse.size();
    const double gain = std::min({kFinest, static_cast<double>(view.width()) / network.width,
                                  static_cast<double>(view.height()) / network.height});
    if (gain < kLeastGain) return whole.inverse;

    const cv::Size map = scaled(network, gain);
    std::vector<cv::Rect> where;
    if (kMiddle * gain > kLeastGain) where = cover(map, scaled(map, kMiddle));
    const std::vector<cv::Rect> finest = cover(map, network);
    where.insert(where.end(), finest.begin(), finest.end());

    std::vector<PartialDepth> parts;
    for (const cv::Rect& part : where) {
        run.throw_if_stopped();
        run.progress("looking closer", static_cast<std::int64_t>(parts.size()),
                     static_cast<std::int64_t>(where.size()));
        parts.push_back({part, ask(model, view, part, map, run)});
    }
    return merge_depth(resize_map(whole.inverse, {map.width, map.height}), parts);
}

}  // namespace diorama::perception
