#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/popout.h"

namespace diorama::popout {

// What `scene.draw` should draw, by the reference: blended in 16 bits whatever the scene has and
// rounded once, since in 8 bits a hundred blends would add up their rounding. `options` are those
// of the scene. For tests and benchmarks.
Image draw_reference(const Popout& scene, const PopoutOptions& options, double phase);

// How far two frames of one size differ, whatever their sample types.
struct Difference {
    double mean = 0;          // of all colour samples, in 1/255
    double share_over_2 = 0;  // of the pixels with a colour sample that differs by more than 2/255
};
Difference compare(const Image& a, const Image& b);

}  // namespace diorama::popout
