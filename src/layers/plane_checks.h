#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// What the eye looks for in planes, in numbers: for tests and benchmarks.

#include <vector>

#include "diorama/image.h"
#include "diorama/planes.h"

namespace diorama::layers {

// Whether planes show what nearer ones hid, as a background does that keeps the whole photo.
struct Ghosts {
    // Of every hidden blob of a plane: how the fine detail of what fills it correlates with that of
    // `photo` there. 1 is the thing itself, 0 something else.
    std::vector<double> correlations{};
    int hidden_px = 0;
    int seen_px = 0;  // of these, the ones whose close surroundings show what they hid
};

// `layers` are the planes as cut_planes gives them, all parts filled, of 8 bits.
[[nodiscard]] Ghosts find_ghosts(const Image& photo, const PlaneMap& planes,
                                 const std::vector<Image>& layers);

// The part of `where` (not 0) that a layer leaves open.
[[nodiscard]] double open_share(const Image& layer, const std::vector<std::uint8_t>& where);

}  // namespace diorama::layers
