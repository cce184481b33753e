#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/model.h"
#include "perception/depth_results.h"

namespace diorama::perception {

// A picture is looked at in detail on a copy of at most so many pixels.
inline constexpr std::int64_t kDetailPixels = 4'500'000;

// The network asked again about overlapping parts of the picture, in two sizes, each as large to it
// as the whole was: a map up to three times as fine, with the low frequencies of `whole` and the
// edges of the parts. Where the picture is hardly larger than the network's input, `whole` itself.
// Throws Error: as the model, cancelled.
[[nodiscard]] cv::Mat_<float> add_detail(const Model& model, const Image& view,
                                         const NetworkDepth& whole, const RunContext& run);

}  // namespace diorama::perception
