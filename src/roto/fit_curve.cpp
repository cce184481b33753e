#include "roto/fit_curve.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace diorama::roto {
namespace {

using Point = cv::Point2f;
using Curve = std::array<Point, 4>;  // ends and, between them, controls

// A misfit below so many times the tolerance is worth another try with better parameters.
constexpr float kWorthTrying = 4;
constexpr int kTries = 3;
// So many points on each side of a split say where the curve leads there.
constexpr std::size_t kSplitReach = 4;

float length(Point v) {
    return std::hypot(v.x, v.y);
}

Point at(const Curve& c, float t) {
    const float s = 1 - t;
    return s * s * s * c[0] + 3 * s * s * t * c[1] + 3 * s * t * t * c[2] + t * t * t * c[3];
}

CurveSegment segment_of(const Curve& c) {
    const auto point = [](Point p) { return CurvePoint{p.x, p.y}; };
    return {SegmentKind::cubic, point(c[1]), point(c[2]), point(c[3])};
}

// Where on the curve each point belongs, 0…1, by the length of the way along the points.
std::vector<float> measure_way(std::span<const Point> points) {
    std::vector<float> way(points.size(), 0.0F);
    for (std::size_t i = 1; i < points.size(); ++i)
        way[i] = way[i - 1] + length(points[i] - points[i - 1]);
    for (float& part : way) part /= way.back();
    return way;
}

// Controls at a third of the chord, where the points say nothing better.
Curve guess(std::span<const Point> points, EndDirections ends) {
    const float third = length(points.back() - points.front()) / 3;
    return {points.front(), points.front() + third * ends.leave,
            points.back() - third * ends.arrive, points.back()};
}

// The controls' distances from the ends, by least squares.
Curve fit_controls(std::span<const Point> points, std::span<const float> way, EndDirections ends) {
    double c00 = 0, c01 = 0, c11 = 0, x0 = 0, x1 = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        const float t = way[i], s = 1 - t;
        const float b0 = s * s * s, b1 = 3 * s * s * t, b2 = 3 * s * t * t, b3 = t * t * t;
        const Point a0 = b1 * ends.leave, a1 = -b2 * ends.arrive;
        const Point rest = points[i] - (b0 + b1) * points.front() - (b2 + b3) * points.back();
        c00 += a0.dot(a0);
        c01 += a0.dot(a1);
        c11 += a1.dot(a1);
        x0 += a0.dot(rest);
        x1 += a1.dot(rest);
    }
    const double determinant = c00 * c11 - c01 * c01;
    if (std::abs(determinant) < 1e-9) return guess(points, ends);
    const auto first = static_cast<float>((x0 * c11 - x1 * c01) / determinant);
    const auto second = static_cast<float>((c00 * x1 - c01 * x0) / determinant);
    // Controls that lie behind the ends, or far beyond the other one, make loops.
    const float chord = length(points.back() - points.front());
    const auto is_sane = [chord](float d) { return d > 0.01F * chord && d < 2 * chord; };
    if (!is_sane(first) || !is_sane(second)) return guess(points, ends);
    return {points.front(), points.front() + first * ends.leave,
            points.back() - second * ends.arrive, points.back()};
}

// One step of Newton's method towards the place of the curve that is nearest to each point.
void improve_way(std::span<const Point> points, std::span<float> way, const Curve& c) {
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const float t = way[i], s = 1 - t;
        const Point off = at(c, t) - points[i];
        const Point first =
            3 * (s * s * (c[1] - c[0]) + 2 * s * t * (c[2] - c[1]) + t * t * (c[3] - c[2]));
        const Point second = 6 * (s * (c[2] - 2 * c[1] + c[0]) + t * (c[3] - 2 * c[2] + c[1]));
        const float slope = first.dot(first) + off.dot(second);
        if (std::abs(slope) > 1e-6F) way[i] = std::clamp(t - off.dot(first) / slope, 0.0F, 1.0F);
    }
}

struct Misfit {
    float squared_px = 0;
    std::size_t where = 0;
};

Misfit find_misfit(std::span<const Point> points, std::span<const float> way, const Curve& curve) {
    Misfit worst{0, points.size() / 2};
    for (std::size_t i = 1; i + 1 < points.size(); ++i) {
        const Point off = at(curve, way[i]) - points[i];
        if (off.dot(off) > worst.squared_px) worst = {off.dot(off), i};
    }
    return worst;
}

Point direction_at(std::span<const Point> points, std::size_t split) {
    const std::size_t from = split - std::min(split, kSplitReach);
    const std::size_t to = std::min(points.size() - 1, split + kSplitReach);
    const Point along = points[to] - points[from];
    const float way = length(along);
    return way > 0 ? along / way : Point(1, 0);
}

class Fitting {
 public:
    explicit Fitting(float tolerance_px) : tolerance_(tolerance_px * tolerance_px) {}

    void fit(std::span<const Point> points, EndDirections ends) {
        if (points.size() == 2) return segments_.push_back(segment_of(guess(points, ends)));
        std::vector<float> way = measure_way(points);
        Curve curve = fit_controls(points, way, ends);
        Misfit misfit = find_misfit(points, way, curve);
        for (int i = 0; i < kTries && misfit.squared_px > tolerance_ &&
                        misfit.squared_px < kWorthTrying * kWorthTrying * tolerance_;
             ++i) {
            improve_way(points, way, curve);
            curve = fit_controls(points, way, ends);
            misfit = find_misfit(points, way, curve);
        }
        if (misfit.squared_px <= tolerance_) return segments_.push_back(segment_of(curve));
        const Point through = direction_at(points, misfit.where);
        fit(points.first(misfit.where + 1), {ends.leave, through});
        fit(points.subspan(misfit.where), {through, ends.arrive});
    }
    std::vector<CurveSegment> take() { return std::move(segments_); }

 private:
    float tolerance_;  // squared
    std::vector<CurveSegment> segments_;
};

}  // namespace

std::vector<CurveSegment> fit_curve(std::span<const Point> points, EndDirections ends,
                                    float tolerance_px) {
    Fitting fitting(tolerance_px);
    fitting.fit(points, ends);
    return fitting.take();
}

float distance_from_chord(std::span<const Point> points) {
    const Point chord = points.back() - points.front();
    const float chord_px = length(chord);
    float farthest = 0;
    for (const Point& point : points) {
        const Point off = point - points.front();
        const auto across = static_cast<float>(std::abs(chord.cross(off)));
        farthest = std::max(farthest, chord_px > 0 ? across / chord_px : length(off));
    }
    return farthest;
}

}  // namespace diorama::roto
