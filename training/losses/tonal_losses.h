#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <array>

namespace diorama::training {

inline constexpr std::int64_t kUnlabelled = -1;  // a pixel that does not count

// Logits are N×5×H×W, tones N×H×W of integers.

// Mean cross-entropy of labelled pixels, in nats.
[[nodiscard]] torch::Tensor tonal_entropy(const torch::Tensor& logits, const torch::Tensor& tones);

struct TonalWeights {
    std::array<double, 5> tones{1, 1, 1, 1, 1};  // of pixels by what they are
    double boundary = 0;  // added, as a share of that, within 2 pixels of another tone
};

// The same with each pixel weighed.
[[nodiscard]] torch::Tensor weighted_tonal_entropy(const torch::Tensor& logits,
                                                   const torch::Tensor& tones,
                                                   const TonalWeights& weights);

// The share of labelled pixels whose largest logit is right.
[[nodiscard]] torch::Tensor tonal_accuracy(const torch::Tensor& logits, const torch::Tensor& tones);

}  // namespace diorama::training
