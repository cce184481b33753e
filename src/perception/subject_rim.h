#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

namespace diorama::perception {

// Networks blur the subject's border towards the background, so that a rim of it would stay behind
// when the subject moves. This gives each pixel of the rim, `rim_px` wide, and everything outside
// the matte the depth of the sure inside near it. Parts thinner than the rim keep the depth along
// their middle. `depth` and `matte` have one size; a matte without any inside leaves it as it is.
void continue_depth_from_inside(cv::Mat_<float>& depth, const cv::Mat_<float>& matte,
                                double rim_px);

// How deep into the subject depth smears its border, as a fraction of the map's mean side.
inline constexpr double kRim = 0.012;

}  // namespace diorama::perception
