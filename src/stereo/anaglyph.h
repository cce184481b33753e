#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Two views in one picture for coloured glasses: a matrix an eye.

#include <array>

#include "diorama/image.h"
#include "diorama/run.h"
#include "diorama/stereo_format.h"

namespace diorama::stereo {

// Rows give red, green and blue of the anaglyph from red, green and blue of a view.
using ColourMatrix = std::array<std::array<float, 3>, 3>;

// What a matrix multiplies: light, or samples as they are encoded for the screen.
enum class ColourScale : std::uint8_t { light, samples };

// anaglyph = clip(clip(left · L) + clip(right · R)), each on the scale of its source.
struct AnaglyphMatrices {
    ColourMatrix left{};
    ColourMatrix right{};
    ColourScale scale = ColourScale::samples;
};
[[nodiscard]] bool is_anaglyph(StereoFormat format);
[[nodiscard]] const AnaglyphMatrices& matrices_of(StereoFormat format);

// Of views without alpha.
[[nodiscard]] Image make_anaglyph(const Image& left, const Image& right,
                                  const AnaglyphMatrices& matrices, const RunContext& run);

// The same, pixel for pixel as the equation says.
[[nodiscard]] Image make_anaglyph_reference(const Image& left, const Image& right,
                                            const AnaglyphMatrices& matrices,
                                            const RunContext& run);

}  // namespace diorama::stereo
