#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/video/README.md

// How the numbers in a film become light.

#include <cstdint>
#include <optional>

#include "diorama/export.h"

namespace diorama {

enum class LevelRange : std::uint8_t { unknown, limited, full };

// CIE 1931 chromaticity.
struct Chromaticity {
    double x = 0;
    double y = 0;
    friend bool operator==(const Chromaticity&, const Chromaticity&) = default;
};

// The display on which an HDR film was graded (SMPTE ST 2086); luminance in cd/m².
struct MasteringDisplay {
    Chromaticity red{};
    Chromaticity green{};
    Chromaticity blue{};
    Chromaticity white{};
    double darkest = 0;
    double brightest = 0;
    friend bool operator==(const MasteringDisplay&, const MasteringDisplay&) = default;
};

// The brightest pixel and the brightest frame of an HDR film (CTA-861.3), in cd/m².
struct LightLevel {
    int brightest_pixel = 0;
    int brightest_frame = 0;
    friend bool operator==(const LightLevel&, const LightLevel&) = default;
};

// Primaries, transfer and matrix are the code points of ITU-T H.273, as every container has them:
// 1 is BT.709, 9 BT.2020, transfers 16 and 18 are PQ and HLG, 2 is "not said".
struct FilmColour {
    int primaries = 2;
    int transfer = 2;
    int matrix = 2;
    LevelRange range = LevelRange::unknown;
    std::optional<MasteringDisplay> mastering{};
    std::optional<LightLevel> light_level{};
    friend bool operator==(const FilmColour&, const FilmColour&) = default;
};

// PQ or HLG.
[[nodiscard]] DIORAMA_API bool is_hdr(const FilmColour& colour);

}  // namespace diorama
