#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <cstdint>
#include <opencv2/core.hpp>

#include "diorama/tones.h"

namespace diorama::training {

// What a renderer knows of a frame's light, linear, in one unit: the brightness of white chalk
// under the same light. Lamps alone count; the light of the sky and of bounces fills shadows and
// makes none.
struct TonalPasses {
    cv::Mat_<float> unshadowed{};       // what would arrive if nothing stood in the way
    cv::Mat_<float> arriving{};         // what arrives
    cv::Mat_<float> gloss{};            // lamps mirrored towards the camera
    cv::Mat_<std::uint8_t> is_drawn{};  // 255 on what is material, 0 on what is background
};

// All are shares of the light's full strength, which is the 90th percentile of `unshadowed` where
// something is drawn; chosen by looking at previews of the training scenes.
struct TonalThresholds {
    float diffuse_shadow = 0.3F;  // less light than this: the surface turns away from the lamps
    float cast_shadow = 0.5F;     // where less than this share of its light arrives
    float highlight = 0.18F;      // mirrored light that is brighter
    int min_area_px = 4;          // smaller islands take the tone around them
};

// The light's full strength in a frame; 0 where nothing is drawn.
[[nodiscard]] float find_full_strength(const TonalPasses& passes);

// A cast shadow may lie on the background, too; the other tones are material's alone.
// Throws Error: mismatch, for passes of different sizes.
[[nodiscard]] ToneMap label_tones(const TonalPasses& passes, const TonalThresholds& thresholds);

}  // namespace diorama::training
