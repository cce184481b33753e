#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <cstdint>
#include <opencv2/core.hpp>

#include "diorama/image.h"

namespace diorama::training {

// A frame's picture as its renderer made it up, linear.
struct PaintedPasses {
    cv::Mat_<cv::Vec3f> combined{};
    cv::Mat_<cv::Vec3f> colour{};  // of diffuse surfaces
    cv::Mat_<cv::Vec3f> light{};   // direct and indirect, on white
    cv::Mat_<float> thing{};       // one number a thing
};

// The frame in the same light, but each thing in a colour of its own, drawn by the seed: shades of
// what it had, patterns and mirrored light with it. sRGB, 8 bits.
[[nodiscard]] Image repaint(const PaintedPasses& passes, std::uint64_t seed);

}  // namespace diorama::training
