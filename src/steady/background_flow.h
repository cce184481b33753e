#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/flow.h"
#include "diorama/image.h"
#include "diorama/run.h"
#include "steady/hidden_area.h"

namespace diorama::steady {

// Where the background of each of two frames is found in the other, also behind what hides it. On
// a grid of at most half a megapixel, in its pixels.
struct BackgroundFlow {
    Flow to_before{};
    Flow to_after{};  // from the frame before to this one
    // How much brighter this frame is than the one before, by channel, 0…255.
    cv::Vec3f brighter{0, 0, 0};
};
[[nodiscard]] BackgroundFlow find_background_flow(const Image& before,
                                                  const HiddenArea& hidden_before,
                                                  const Image& frame, const HiddenArea& hidden,
                                                  const RunContext& run);

// Flow whose hidden part (255) moves as the rest does: the affine motion of most of the picture,
// and what the hole's surroundings depart from it.
void continue_flow(Flow& flow, const Confidence& trust, const cv::Mat_<uchar>& hidden);

}  // namespace diorama::steady
