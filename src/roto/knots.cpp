#include "roto/knots.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace diorama::roto {
namespace {

constexpr float kRadians = std::numbers::pi_v<float> / 180;
// A corner turns by this much, seen from far and from near: a small circle turns as much from far.
constexpr float kSharpFar = 60 * kRadians;
constexpr float kSharpNear = 50 * kRadians;

cv::Point2f unit(cv::Point2f v) {
    const float length = std::hypot(v.x, v.y);
    return length > 0 ? v / length : cv::Point2f(0, 0);
}

float angle_between(cv::Point2f a, cv::Point2f b) {
    return std::abs(std::atan2(a.cross(b), a.dot(b)));
}

float turn_at(const Border& border, std::ptrdiff_t corner, int reach) {
    return angle_between(find_direction(border, corner, reach, Side::before),
                         find_direction(border, corner, reach, Side::after));
}

bool bends(const Border& border, std::ptrdiff_t corner) {
    const cv::Point2f in = border.corner(corner) - border.corner(corner - 1);
    return in != border.corner(corner + 1) - border.corner(corner);
}

// How much the border turns at each corner, as far as it turns sharply there; else 0.
std::vector<float> measure_turns(const Border& border, int reach) {
    std::vector<float> turns(border.corners.size(), 0.0F);
    for (std::ptrdiff_t i = 0; i < border.length(); ++i) {
        if (!bends(border, i)) continue;
        const float far = turn_at(border, i, reach);
        const float near = far > kSharpFar ? turn_at(border, i, (reach + 1) / 2) : 0;
        if (near > kSharpNear) turns[static_cast<std::size_t>(i)] = far + near;
    }
    return turns;
}

bool is_largest_around(const std::vector<float>& turns, std::ptrdiff_t at, int reach) {
    const auto count = static_cast<std::ptrdiff_t>(turns.size());
    const float here = turns[static_cast<std::size_t>(at)];
    if (here == 0) return false;
    for (int step = 1; step <= reach; ++step) {
        // Of two that are as large the first is taken.
        if (turns[static_cast<std::size_t>((at - step + count) % count)] >= here) return false;
        if (turns[static_cast<std::size_t>((at + step) % count)] > here) return false;
    }
    return true;
}

// Corners of the picture, and where its frame begins and ends.
bool is_on_frame(const Border& border, std::ptrdiff_t corner) {
    const bool before = border.beyond_of(corner - 1) == Beyond::frame;
    const bool after = border.beyond_of(corner) == Beyond::frame;
    return before != after || (before && after && bends(border, corner));
}

}  // namespace

cv::Point2f find_direction(const Border& border, std::ptrdiff_t corner, int reach, Side side) {
    const cv::Point2f here = border.corner(corner);
    const cv::Point2f from = side == Side::after ? here : border.middle(corner - reach);
    const cv::Point2f to = side == Side::before ? here : border.middle(corner + reach - 1);
    return unit(to - from);
}

std::vector<Knot> find_knots(const Border& border, int reach) {
    const bool is_small = border.length() < 4 * std::ptrdiff_t{reach};
    const std::vector<float> turns =
        is_small ? std::vector<float>(border.corners.size(), 0.0F) : measure_turns(border, reach);
    std::vector<Knot> knots;
    for (std::ptrdiff_t i = 0; i < border.length(); ++i) {
        if (is_on_frame(border, i) || is_largest_around(turns, i, reach))
            knots.push_back({i, true});
        else if (border.beyond_of(i - 1) != border.beyond_of(i))
            knots.push_back({i, turn_at(border, i, reach) > kSharpNear});
    }
    return knots;
}

}  // namespace diorama::roto
