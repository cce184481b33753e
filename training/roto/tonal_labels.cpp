#include "roto/tonal_labels.h"

#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "diorama/error.h"

namespace diorama::training {
namespace {

constexpr double kFullStrength = 0.9;  // the quantile that is taken for the light's strength
constexpr int kCleaningRounds = 4;     // an island may border on others that are cleaned with it

const std::array<cv::Vec3b, kTones> kColours{cv::Vec3b{32, 36, 44}, cv::Vec3b{143, 179, 217},
                                             cv::Vec3b{63, 95, 138}, cv::Vec3b{122, 63, 110},
                                             cv::Vec3b{255, 242, 176}};

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

// The most frequent tone round the island `id`, which lies within `box`.
std::uint8_t find_tone_around(const ToneMap& tones, const cv::Mat_<int>& islands, int id,
                              const cv::Rect& box) {
    std::array<int, kTones> counts{};
    const cv::Rect everything({0, 0}, tones.size());
    for (int y = box.y; y < box.br().y; ++y)
        for (int x = box.x; x < box.br().x; ++x) {
            if (islands(y, x) != id) continue;
            for (const cv::Point step : {cv::Point(1, 0), {-1, 0}, {0, 1}, {0, -1}}) {
                const cv::Point there = cv::Point(x, y) + step;
                if (everything.contains(there) && islands(there) != id) ++counts[tones(there)];
            }
        }
    return static_cast<std::uint8_t>(std::ranges::max_element(counts) - counts.begin());
}

bool clean_islands_of(Tone tone, ToneMap& tones, int min_area_px) {
    cv::Mat_<int> islands;
    cv::Mat_<int> boxes;
    cv::Mat centres;
    const int count = cv::connectedComponentsWithStats(tones == static_cast<std::uint8_t>(tone),
                                                       islands, boxes, centres, 4);
    bool changed = false;
    for (int id = 1; id < count; ++id) {
        const int area = boxes(id, cv::CC_STAT_AREA);
        if (area >= min_area_px || area == static_cast<int>(tones.total())) continue;
        const cv::Rect box(boxes(id, cv::CC_STAT_LEFT), boxes(id, cv::CC_STAT_TOP),
                           boxes(id, cv::CC_STAT_WIDTH), boxes(id, cv::CC_STAT_HEIGHT));
        tones(box).setTo(find_tone_around(tones, islands, id, box), islands(box) == id);
        changed = true;
    }
    return changed;
}

}  // namespace

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
    ToneMap tones(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            tones(y, x) = static_cast<std::uint8_t>(find_tone(y, x));
    clean_islands(tones, thresholds.min_area_px);
    return tones;
}

void clean_islands(ToneMap& tones, int min_area_px) {
    bool changed = true;
    for (int round = 0; changed && round < kCleaningRounds; ++round) {
        changed = false;
        for (int tone = 0; tone < kTones; ++tone)
            changed = clean_islands_of(static_cast<Tone>(tone), tones, min_area_px) || changed;
    }
}

cv::Mat_<cv::Vec3b> paint_tones(const ToneMap& tones) {
    cv::Mat_<cv::Vec3b> picture(tones.size());
    std::ranges::transform(tones, picture.begin(),
                           [](std::uint8_t tone) { return kColours[tone]; });
    return picture;
}

}  // namespace diorama::training
