#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/stereo/README.md

// What an artist looks at before a stereoscopic picture is made.

#include "diorama/disparity.h"
#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/run.h"

namespace diorama {

// In percent of the width; above 0 is in front of the screen.
struct DisparityMeasures {
    double least_percent = 0;
    double far_percent = 0;  // the 2nd percentile
    double median_percent = 0;
    double near_percent = 0;  // the 98th percentile
    double most_percent = 0;
    double share_in_front = 0;  // of the pixels, 0…1
    EdgeCuts cuts{};            // what the left and right edge cut, in pixels
};
// Throws Error: usage (empty), unreadable (values that are not finite).
[[nodiscard]] DIORAMA_API DisparityMeasures measure_disparity(const Disparity& disparity);

// The picture with what lies in front of the screen in orange, what lies behind it in blue, the
// stronger the farther from it, a white line where the screen cuts through a surface, and a red bar
// where an edge cuts what is in front of the screen. 8 bits. Throws Error: mismatch.
[[nodiscard]] DIORAMA_API Image draw_screen_plane(const Image& picture, const Disparity& disparity);

// How many pixels have which disparity, over percent of the width, with the screen and the limits
// of the options' comfort. 8 bits. Throws Error: usage (a size below 240×120, comfort), unreadable.
[[nodiscard]] DIORAMA_API Image draw_disparity_histogram(const Disparity& disparity, Size size,
                                                         const DisparityOptions& options = {});

// One sheet: screen plane, red-cyan anaglyph, histogram. `left` and `right` are the views, of the
// size of the disparity. Large views are shrunk. 8 bits. Throws Error: mismatch, usage, cancelled.
[[nodiscard]] DIORAMA_API Image draw_inspection(const Image& left, const Image& right,
                                                const Disparity& disparity,
                                                const DisparityOptions& options = {},
                                                const RunContext& run = {});

}  // namespace diorama
