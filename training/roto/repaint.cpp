#include "roto/repaint.h"

#include <algorithm>
#include <cmath>

#include "data/mix.h"
#include "diorama/opencv.h"

namespace diorama::training {
namespace {

// By factors: how much lighter or darker a thing gets, and how much its colours part.
constexpr double kLighter = 3.5;
constexpr double kTinted = 2.0;
// No paint is whiter than this.
constexpr float kWhitest = 0.85F;

// −1…1
double draw(std::uint64_t seed, std::uint64_t thing, std::uint64_t number) {
    const std::uint64_t bits = mix(mix(mix(seed) ^ thing) ^ number);
    return static_cast<double>(bits >> 11) * 0x1.0p-52 - 1;
}

cv::Vec3f paint_of(std::uint64_t seed, float thing) {
    const auto id = static_cast<std::uint64_t>(std::lround(thing));
    const double lighter = std::pow(kLighter, draw(seed, id, 0));
    cv::Vec3f paint;
    for (int c = 0; c < 3; ++c)
        paint[c] = static_cast<float>(
            lighter * std::pow(kTinted, draw(seed, id, static_cast<std::uint64_t>(c) + 1)));
    return paint;
}

std::uint8_t encode(float linear) {
    const float value = std::clamp(linear, 0.0F, 1.0F);
    const float encoded =
        value <= 0.0031308F ? 12.92F * value : 1.055F * std::pow(value, 1 / 2.4F) - 0.055F;
    return static_cast<std::uint8_t>(std::lround(255 * encoded));
}

}  // namespace

Image repaint(const PaintedPasses& passes, std::uint64_t seed) {
    const cv::Size size = passes.combined.size();
    Image picture({size.width, size.height}, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < size.height; ++y) {
        auto* out = picture.row<std::uint8_t>(y);
        for (int x = 0; x < size.width; ++x) {
            const cv::Vec3f paint = paint_of(seed, passes.thing(y, x));
            const cv::Vec3f before = passes.colour(y, x);
            for (int c = 0; c < 3; ++c, ++out) {
                const float after = std::min(before[c] * paint[c], std::max(before[c], kWhitest));
                *out =
                    encode(passes.combined(y, x)[c] + (after - before[c]) * passes.light(y, x)[c]);
            }
        }
    }
    return picture;
}

}  // namespace diorama::training
