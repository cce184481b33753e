#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// The colours of flat tones: in files, and as pictures have them.

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "diorama/image.h"
#include "diorama/tones.h"

namespace diorama::pipeline {

// GIMP's palette (.gpl: five colours in the order of the tones) or .json
// ({"background": "#20242c", ...}). Throws Error: not_found, unreadable (another number of colours,
// a tone that is missing), unsupported.
[[nodiscard]] Palette read_palette(const std::filesystem::path& file);
// Throws Error: unwritable.
void write_palette(const std::filesystem::path& gpl, const Palette& palette);

// The sum of the colours that a picture has where a tone is, so that pictures can be added.
struct ToneColours {
    std::array<std::array<double, 3>, kTones.size()> sums{};
    std::array<std::int64_t, kTones.size()> pixels{};

    void add(const Image& picture, const ToneMap& tones);
    void add(const ToneColours& other);
    // Each tone's mean colour; the usual one for a tone that is nowhere.
    [[nodiscard]] Palette mean() const;
};

// What --palette asks for: a file, "usual", or "auto", which is the mean. Throws Error as
// read_palette.
[[nodiscard]] Palette choose_palette(const std::string& option, const ToneColours& colours);

}  // namespace diorama::pipeline
