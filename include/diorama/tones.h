#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/roto/README.md

// The five flat tones of an animator's drawing (seed 003), for each pixel of a picture.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/options.h"

namespace diorama {

// In the order in which they are stacked: each is drawn over the ones before it.
enum class Tone : std::uint8_t { background, material, diffuse_shadow, cast_shadow, highlight };
inline constexpr std::array kTones{Tone::background, Tone::material, Tone::diffuse_shadow,
                                   Tone::cast_shadow, Tone::highlight};
inline constexpr int kToneCount = static_cast<int>(kTones.size());
[[nodiscard]] constexpr std::size_t index_of(Tone tone) {
    return static_cast<std::size_t>(tone);
}

template <>
inline constexpr Choice<Tone> kChoices<Tone>[] = {
    {Tone::background, "background", "nothing that is drawn"},
    {Tone::material, "material", "a thing in its own colour, in the light"},
    {Tone::diffuse_shadow, "diffuse_shadow", "where a thing turns away from the light"},
    {Tone::cast_shadow, "cast_shadow", "where another thing stands in the light"},
    {Tone::highlight, "highlight", "the light itself, mirrored"}};

// One tone a pixel.
class ToneMap {
 public:
    ToneMap() = default;
    explicit ToneMap(Size size, Tone tone = Tone::background)
        : size_(size), tones_(static_cast<std::size_t>(size.area()), tone) {}

    [[nodiscard]] bool empty() const { return tones_.empty(); }
    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] int width() const { return size_.width; }
    [[nodiscard]] int height() const { return size_.height; }
    [[nodiscard]] Tone* row(int y) { return tones_.data() + std::ptrdiff_t{y} * size_.width; }
    [[nodiscard]] const Tone* row(int y) const {
        return tones_.data() + std::ptrdiff_t{y} * size_.width;
    }
    [[nodiscard]] Tone& at(int x, int y) { return row(y)[x]; }
    [[nodiscard]] Tone at(int x, int y) const { return row(y)[x]; }
    [[nodiscard]] std::vector<Tone>& tones() { return tones_; }
    [[nodiscard]] const std::vector<Tone>& tones() const { return tones_; }
    friend bool operator==(const ToneMap&, const ToneMap&) = default;

 private:
    Size size_{};
    std::vector<Tone> tones_{};
};

// How sure each tone of a pixel is: five maps, which add up to 1 at each pixel.
struct ToneProbabilities {
    std::array<Map<struct ToneKind>, kTones.size()> maps{};

    ToneProbabilities() = default;
    explicit ToneProbabilities(Size size) {
        for (auto& map : maps) map = Map<ToneKind>(size);
    }
    [[nodiscard]] bool empty() const { return maps.front().empty(); }
    [[nodiscard]] Size size() const { return maps.front().size(); }
    [[nodiscard]] auto& of(Tone tone) { return maps[index_of(tone)]; }
    [[nodiscard]] const auto& of(Tone tone) const { return maps[index_of(tone)]; }
};

// The likeliest tone of each pixel; of several the one that is stacked lowest.
[[nodiscard]] DIORAMA_API ToneMap decide_tones(const ToneProbabilities& probabilities);

// Gives every island of less than `min_area_px` pixels the tone that most of its neighbours have.
// Pixels of one tone that touch along a side are one island.
DIORAMA_API void clean_islands(ToneMap& tones, int min_area_px);

// 8-bit RGB, one for each tone, in their order.
using Palette = std::array<std::array<std::uint8_t, 3>, kTones.size()>;
inline constexpr Palette kUsualPalette{
    {{32, 36, 44}, {143, 179, 217}, {63, 95, 138}, {122, 63, 110}, {255, 242, 176}}};

// The tones in flat colours. RGB, 8 bits.
[[nodiscard]] DIORAMA_API Image paint_tones(const ToneMap& tones,
                                            const Palette& palette = kUsualPalette);
// Reads back what was painted with a palette of five colours. Throws Error: unreadable, for a
// picture that has any other.
[[nodiscard]] DIORAMA_API ToneMap read_tones(const Image& painted,
                                             const Palette& palette = kUsualPalette);

}  // namespace diorama
