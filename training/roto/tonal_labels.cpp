#include "roto/tonal_labels.h"

#include <algorithm>
#include <vector>

#include "diorama/error.h"

namespace diorama::training {
namespace {

constexpr double kFullStrength = 0.9;  // the quantile that is taken for the light's strength

}  // namespace

float find_full_strength(const TonalPasses& passes) {
    std::vector<float> values;
    for (int y = 0; y < passes.unshadowed.rows; ++y)
        for (int x = 0; x < passes.unshadowed.cols; ++x)
            if (passes.is_drawn(y, x)) values.push_back(passes.unshadowed(y, x));
    if (values.empty()) return 0.0F;
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(
                                            kFullStrength * static_cast<double>(values.size() - 1));
    std::ranges::nth_element(values, place);
    return *place;
}

ToneMap label_tones(const TonalPasses& passes, const TonalThresholds& thresholds) {
    const cv::Size size = passes.unshadowed.size();
    if (passes.arriving.size() != size || passes.gloss.size() != size ||
        passes.is_drawn.size() != size)
        throw Error(ErrorCode::mismatch, "passes of different sizes make no labels");
    const float strength = find_full_strength(passes);
    const auto find_tone = [&](int y, int x) {
        const bool is_drawn = passes.is_drawn(y, x) != 0;
        const float light = passes.unshadowed(y, x);
        const bool turns_away = light <= thresholds.diffuse_shadow * strength;
        if (is_drawn && passes.gloss(y, x) > thresholds.highlight * strength)
            return Tone::highlight;
        if (!turns_away && passes.arriving(y, x) < thresholds.cast_shadow * light)
            return Tone::cast_shadow;
        if (!is_drawn) return Tone::background;
        return turns_away ? Tone::diffuse_shadow : Tone::material;
    };
    ToneMap tones({size.width, size.height});
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) tones.at(x, y) = find_tone(y, x);
    clean_islands(tones, thresholds.min_area_px);
    return tones;
}

}  // namespace diorama::training
