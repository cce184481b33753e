#include "scroll/rhythm.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace diorama::scroll {
namespace {

constexpr int kControlPoints = 10;
constexpr double kDarkest = 0.8;
constexpr double kBrightest = 1.05;

// The paper's sines, in its pixels; frequencies in cycles a second of its 30 frames a second.
struct Sine {
    double amplitude_px;
    double frequency;
    double phase;  // in cycles
};
constexpr double kPerFrame = 30 / (2 * std::numbers::pi);
constexpr Sine kUpAndDown[] = {{2.5, 0.5 * kPerFrame, 0}, {1.5, 1.2 * kPerFrame, 0.25}};
constexpr Sine kSideways[] = {{1.0, 0.8 * kPerFrame, 0}};

// Whole cycles in the duration, so that the end meets the beginning.
template <std::size_t n>
double sum(const Sine (&sines)[n], double phase, double duration_s) {
    double total = 0;
    for (const Sine& sine : sines) {
        const double cycles = std::max(1.0, std::round(sine.frequency * duration_s));
        total += sine.amplitude_px * std::sin(2 * std::numbers::pi * (cycles * phase + sine.phase));
    }
    return total;
}

template <std::size_t n>
double reach_of(const Sine (&sines)[n]) {
    double total = 0;
    for (const Sine& sine : sines) total += sine.amplitude_px;
    return total;
}

}  // namespace

Lighting::Lighting(int seed, double strength) {
    std::mt19937 random(static_cast<std::uint32_t>(seed));
    for (int n = 0; n < kControlPoints; ++n) {
        const double uniform = static_cast<double>(random()) / 4294967296.0;
        points_.push_back(1 + strength * (kDarkest + uniform * (kBrightest - kDarkest) - 1));
    }
}

// A closed Catmull-Rom curve.
double Lighting::gain(double phase) const {
    const double position = (phase - std::floor(phase)) * kControlPoints;
    const int at = static_cast<int>(position) % kControlPoints;
    const double t = position - std::floor(position);
    const auto point = [&](int n) { return points_[(at + n + kControlPoints) % kControlPoints]; };
    const double a = point(-1);
    const double b = point(0);
    const double c = point(1);
    const double d = point(2);
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

Shake::Shake(double strength, double scale, double duration_s)
    : amount_px_(strength * scale), duration_s_(duration_s) {}

Displacement Shake::at(double phase) const {
    return {amount_px_ * sum(kSideways, phase, duration_s_),
            amount_px_ * sum(kUpAndDown, phase, duration_s_)};
}

Displacement Shake::reach() const {
    return {amount_px_ * reach_of(kSideways), amount_px_ * reach_of(kUpAndDown)};
}

}  // namespace diorama::scroll
