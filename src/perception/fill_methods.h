#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>

#include "perception/fill_hole.h"

namespace diorama::perception {

// Each way fills the hole of `view`, the crop of a picture as RGB or premultiplied RGBA, and gives
// a picture of the same size and type of which only what the hole covers is of use.

// The smooth fill at the copy's size: colours over grey and alpha, 0…255.
[[nodiscard]] cv::Mat_<cv::Vec4f> fill_copy_smoothly(const HoleCopy& copy, const RunContext& run);

[[nodiscard]] cv::Mat fill_smoothly(const cv::Mat& view, const HoleCopy& copy,
                                    const RunContext& run);

[[nodiscard]] cv::Mat fill_by_patches(const cv::Mat& view, const HoleCopy& copy, std::uint64_t seed,
                                      const RunContext& run);

// By a network of the task `fill`, in tiles around the pieces of the hole.
[[nodiscard]] cv::Mat fill_by_model(const cv::Mat& view, const Hole& hole, const HoleCopy& copy,
                                    const Model& model, const RunContext& run);

// In the whole picture each row goes on into the hole from its background side; where there is no
// telling which that is, from one side to the other.
void extend_rows(Image& picture, const Matte& hole, const InverseDepth* depth,
                 const RunContext& run);

}  // namespace diorama::perception
