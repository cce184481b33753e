#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/run.h"

namespace diorama::perception {

// A network's small map in the size of `guide` (8-bit RGB). The slopes by which a network crosses
// from one object to another give way to steps on the guide's colour edges; where the map is calm,
// the guide's texture leaves no trace.
[[nodiscard]] cv::Mat_<float> upsample_along_edges(const cv::Mat_<float>& map,
                                                   const cv::Mat_<cv::Vec3b>& guide,
                                                   const RunContext& run);

}  // namespace diorama::perception
