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
    double overlap = 0;   // of `tonal_miss`, beside the entropy
};

// The same with each pixel weighed.
[[nodiscard]] torch::Tensor weighted_tonal_entropy(const torch::Tensor& logits,
                                                   const torch::Tensor& tones,
                                                   const TonalWeights& weights);

// 1 − the mean of soft intersection over union, whose pixels belong to tones as likely as they are,
// over those of the five that a batch has: near to what is judged in the end, where rare tones
// count as much as others.
[[nodiscard]] torch::Tensor tonal_miss(const torch::Tensor& logits, const torch::Tensor& tones);

// Pixels by what they are (row) and by what they are taken for (column): 5×5 counts.
[[nodiscard]] torch::Tensor tonal_confusion(const torch::Tensor& logits,
                                            const torch::Tensor& tones);

// Intersection over union by such counts: the mean over the tones that there are.
[[nodiscard]] double mean_overlap(const torch::Tensor& confusion);

// The share of labelled pixels whose largest logit is right.
[[nodiscard]] torch::Tensor tonal_accuracy(const torch::Tensor& logits, const torch::Tensor& tones);

}  // namespace diorama::training
