#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <vector>

#include "diorama/planes.h"

namespace diorama::layers {

// 255 where a pixel belongs to this plane or a nearer one.
[[nodiscard]] cv::Mat_<uchar> support_mask(const PlaneMap& planes, int plane);

// The same for every plane but the farthest, whose support is everything.
[[nodiscard]] std::vector<cv::Mat_<uchar>> support_masks(const PlaneMap& planes);

// The planes whose supports are these, plane 1's first; where they are not nested, the nearest
// counts. Size and nearness are those of `like`.
[[nodiscard]] PlaneMap planes_of(const std::vector<cv::Mat_<uchar>>& supports,
                                 const PlaneMap& like);

// A length of the paper, for a picture of this size.
[[nodiscard]] double scaled_px(double paper_px, Size picture);

}  // namespace diorama::layers
