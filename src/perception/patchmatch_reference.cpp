#include <cmath>

#include "perception/patchmatch.h"

namespace diorama::perception {
namespace {

float plain_distance(const Features& features, cv::Point a, cv::Point b) {
    int sum = 0;
    for (int y = -kPatchRadius; y <= kPatchRadius; ++y)
        for (int x = -kPatchRadius; x <= kPatchRadius; ++x)
            for (int c = 0; c < 4; ++c) {
                const int difference =
                    features(a.y + y, a.x + x)[c] - features(b.y + y, b.x + x)[c];
                sum += difference * difference;
            }
    return static_cast<float>(sum);
}

bool may_be_found(const PatchSearch& search, cv::Point target, cv::Point source) {
    if (search.sources(source) == 0) return false;
    return search.depth.empty() || search.depth(source) <= search.limit(target);
}

}  // namespace

PatchField find_all_nearest(const PatchSearch& search, const Points& targets) {
    PatchField field = empty_field(search.features.size());
    for (const cv::Point& target : targets)
        for (int y = 0; y < search.sources.rows; ++y)
            for (int x = 0; x < search.sources.cols; ++x) {
                if (!may_be_found(search, target, {x, y})) continue;
                const auto away_px = static_cast<float>(std::hypot(x - target.x, y - target.y));
                const float cost =
                    search.cost_a_pixel * away_px + plain_distance(search.features, target, {x, y});
                if (cost >= field.cost(target)) continue;
                field.cost(target) = cost;
                field.match(target) = cv::Vec2s(static_cast<short>(x), static_cast<short>(y));
            }
    return field;
}

}  // namespace diorama::perception
