#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>
#include <vector>

#include "core/parallel.h"
#include "diorama/flow.h"
#include "perception/normalise.h"

namespace diorama {
namespace {

using Wheel = std::vector<cv::Vec3f>;

// Red, yellow, green, cyan, blue, magenta, and back. The steps between them are as long as the eye
// tells hues apart there (Baker et al., "A Database and Evaluation Methodology for Optical Flow").
Wheel make_wheel() {
    struct Stretch {
        cv::Vec3f from;
        int steps;
    };
    constexpr int kStretches = 6;
    const std::array<Stretch, kStretches> stretches{{{{1, 0, 0}, 15},
                                                     {{1, 1, 0}, 6},
                                                     {{0, 1, 0}, 4},
                                                     {{0, 1, 1}, 11},
                                                     {{0, 0, 1}, 13},
                                                     {{1, 0, 1}, 6}}};
    Wheel wheel;
    for (int i = 0; i < kStretches; ++i) {
        const cv::Vec3f& to = stretches[(i + 1) % kStretches].from;
        const auto& [from, steps] = stretches[i];
        for (int step = 0; step < steps; ++step)
            wheel.push_back(from + (to - from) * (static_cast<float>(step) / steps));
    }
    return wheel;
}

// `length` is 1 for what has full colour.
cv::Vec3f colour_of(const Wheel& wheel, float dx, float dy, float length) {
    constexpr float kTurn = 2 * std::numbers::pi_v<float>;
    const float turn = std::atan2(dy, dx) / kTurn;  // clockwise on the screen
    const auto count = static_cast<float>(wheel.size());
    const float place = (turn < 0 ? turn + 1 : turn) * count;
    const auto before = static_cast<std::size_t>(place) % wheel.size();
    const cv::Vec3f& a = wheel[before];
    const cv::Vec3f& b = wheel[(before + 1) % wheel.size()];
    const cv::Vec3f hue = a + (b - a) * (place - std::floor(place));
    constexpr float kFarther = 0.75F;
    if (length > 1) return hue * kFarther;
    return cv::Vec3f::all(1) - (cv::Vec3f::all(1) - hue) * length;
}

float full_length(const Flow& flow) {
    std::vector<float> lengths(flow.dx.values().size());
    std::ranges::transform(flow.dx.values(), flow.dy.values(), lengths.begin(),
                           [](float dx, float dy) { return std::hypot(dx, dy); });
    const float length =
        perception::find_percentiles(lengths, flow.size(), nullptr, {0.99}).front();
    return length > 0 ? length : 1.0F;
}

}  // namespace

Image draw_flow(const Flow& flow) {
    const Wheel wheel = make_wheel();
    const float full = full_length(flow);
    Image image(flow.size(), SampleType::u8, AlphaKind::none);
    core::parallel_rows({}, image.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            auto* out = image.row<std::uint8_t>(y);
            for (int x = 0; x < image.width(); ++x, out += 3) {
                const float dx = flow.dx.at(x, y);
                const float dy = flow.dy.at(x, y);
                const auto colour = colour_of(wheel, dx, dy, std::hypot(dx, dy) / full);
                for (int c = 0; c < 3; ++c) out[c] = cv::saturate_cast<uchar>(colour[c] * 255);
            }
        }
    });
    return image;
}

}  // namespace diorama
