#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <opencv2/core.hpp>

namespace diorama::training {

// Moves the slopes by which a network crosses from one object to another onto the edges of matte
// and colour. Where the matte is no edge, or depth does not differ across it, colour alone decides.
// `picture` is 8-bit RGB, `matte` 0…1, all of one size.
[[nodiscard]] cv::Mat_<float> snap_to_edges(const cv::Mat_<float>& depth,
                                            const cv::Mat_<cv::Vec3b>& picture,
                                            const cv::Mat_<float>& matte);

}  // namespace diorama::training
