#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/image.h"

namespace diorama::steady {

// What is kept of a frame to tell scenes apart.
struct Sketch {
    cv::Mat_<float> brightness{};  // 0…255, 96 pixels along the longer side
    cv::Mat_<float> colours{};     // a histogram of colours, blurred, whose sum is 1
    double contrast = 0;           // standard deviation of the brightness
    double mean = 0;               // of the brightness
};
[[nodiscard]] Sketch draw_sketch(const Image& frame);

// How little of one frame's structure is found again in the other, 0…1. Blocks look for themselves
// nearby, whatever light and contrast have become: what moves, and a camera that pans or zooms, is
// found again; so is a frame that fades or flashes.
enum class Reach { next_frame, many_frames };  // how far things may have moved
[[nodiscard]] double structure_change(const Sketch& from, const Sketch& to,
                                      Reach reach = Reach::next_frame);

// The share of the pixels whose colours the other frame does not have, 0…1.
[[nodiscard]] double colour_change(const Sketch& from, const Sketch& to);

// How well a frame is a mixture of two others, as in the middle of a dissolve.
struct Mixture {
    double first = 0;  // the share of each; they sum to 1
    double rest = 1;   // what no mixture explains: its energy over that of the two's difference
};
[[nodiscard]] Mixture unmix(const Sketch& frame, const Sketch& first, const Sketch& second);

}  // namespace diorama::steady
