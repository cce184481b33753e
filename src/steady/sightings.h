#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <functional>
#include <opencv2/core.hpp>

#include "diorama/flow.h"
#include "diorama/image.h"
#include "steady/hidden_area.h"

namespace diorama::steady {

// Where each hidden pixel of a frame was seen: in which frame, and at which place there. Content
// that was made up was "seen" in the frame that it was made up for.
struct Sightings {
    cv::Rect area{};
    cv::Mat_<int> frame{};  // -1: nowhere
    cv::Mat_<cv::Vec2f> place{};
    cv::Mat_<uchar> made_up{};
};
[[nodiscard]] Sightings no_sightings(const HiddenArea& hidden);

// A frame beside the one that is looked from.
struct Neighbour {
    int index = 0;
    const HiddenArea* hidden = nullptr;
    const Sightings* sightings = nullptr;  // of its hidden pixels
    // Whether its hidden pixels are filled, so that they can be read themselves.
    bool is_filled = false;
    const Flow* flow = nullptr;  // there, on a grid of any size
};

// Follows hidden pixels into a neighbour, and where they are hidden there, too, on to where they
// were seen from there. Places are never averaged, so a long way does not blur. Sightings in frames
// before `oldest` are read in the neighbour instead, if it is filled.
[[nodiscard]] Sightings look_from(const HiddenArea& hidden, Size frame, const Neighbour& neighbour,
                                  int oldest);

}  // namespace diorama::steady
