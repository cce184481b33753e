#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <vector>

namespace diorama::training {

// All maps are N×1×H×W; each result is one number, the mean over the pictures.

// A map less its median, divided by its mean absolute deviation from it: what is left of inverse
// depth when scale and offset do not count (Ranftl et al., 2020, equation 5).
[[nodiscard]] torch::Tensor remove_scale_and_shift(const torch::Tensor& maps);

// What remains between two maps of inverse depth when neither's scale and shift count.
[[nodiscard]] torch::Tensor depth_difference(const torch::Tensor& found,
                                             const torch::Tensor& truth);

// The mean size of such a difference (equation 7).
[[nodiscard]] torch::Tensor depth_loss(const torch::Tensor& difference);

// How such a difference changes from pixel to pixel, at `scales` sizes that halve from one to the
// next (equation 11). It puts depth edges where the truth has them.
[[nodiscard]] torch::Tensor gradient_loss(const torch::Tensor& difference, int scales);

// Binary cross entropy against a soft matte.
[[nodiscard]] torch::Tensor matte_entropy(const torch::Tensor& logits, const torch::Tensor& matte);

// 1 − Σmin(p, m) / Σmax(p, m), with p the logits' matte: the soft form of intersection over union.
// A picture without any subject does not count.
[[nodiscard]] torch::Tensor matte_overlap_loss(const torch::Tensor& logits,
                                               const torch::Tensor& matte);

// Mean squared difference of two tensors, relative to the variance of the teacher's.
[[nodiscard]] torch::Tensor feature_loss(const torch::Tensor& ours, const torch::Tensor& teachers);

}  // namespace diorama::training
