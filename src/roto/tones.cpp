#include "diorama/tones.h"

#include <fmt/format.h>

#include <algorithm>

#include "diorama/error.h"

namespace diorama {

ToneMap decide_tones(const ToneProbabilities& probabilities) {
    ToneMap tones(probabilities.size());
    const std::size_t pixels = tones.tones().size();
    std::vector<float> best = probabilities.of(Tone::background).values();
    for (const Tone tone : kTones) {
        const float* values = probabilities.of(tone).values().data();
        for (std::size_t i = 0; i < pixels; ++i)
            if (values[i] > best[i]) {
                best[i] = values[i];
                tones.tones()[i] = tone;
            }
    }
    return tones;
}

Image paint_tones(const ToneMap& tones, const Palette& palette) {
    Image painted(tones.size(), SampleType::u8, AlphaKind::none);
    std::uint8_t* pixel = painted.data();
    for (const Tone tone : tones.tones())
        pixel = std::ranges::copy(palette[index_of(tone)], pixel).out;
    return painted;
}

ToneMap read_tones(const Image& painted, const Palette& palette) {
    ToneMap tones(painted.size());
    for (int y = 0; y < tones.height(); ++y) {
        const std::uint8_t* pixel = painted.row<std::uint8_t>(y);
        for (int x = 0; x < tones.width(); ++x, pixel += painted.channels()) {
            const auto* found = std::ranges::find_if(palette, [pixel](const auto& colour) {
                return std::ranges::equal(colour, std::array{pixel[0], pixel[1], pixel[2]});
            });
            if (found == palette.end())
                throw Error(ErrorCode::unreadable,
                            fmt::format("the colour at {}, {} is none of the five", x, y),
                            "a picture of tones");
            tones.at(x, y) = kTones[static_cast<std::size_t>(found - palette.begin())];
        }
    }
    return tones;
}

}  // namespace diorama
