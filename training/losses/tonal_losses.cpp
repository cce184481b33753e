#include "losses/tonal_losses.h"

#include <vector>

namespace diorama::training {
namespace {

namespace F = torch::nn::functional;

constexpr int kNearPx = 2;

torch::Tensor entropy_of_pixels(const torch::Tensor& logits, const torch::Tensor& tones) {
    return F::cross_entropy(
        logits, tones,
        F::CrossEntropyFuncOptions().ignore_index(kUnlabelled).reduction(torch::kNone));
}

// 1 where another tone is near, else 0.
torch::Tensor near_another(const torch::Tensor& tones) {
    const auto values = tones.to(torch::kFloat).unsqueeze(1);
    const auto largest = [](const torch::Tensor& map) {
        constexpr int kSide = 2 * kNearPx + 1;
        return torch::max_pool2d(map, {kSide, kSide}, {1, 1}, {kNearPx, kNearPx});
    };
    return (largest(values) != -largest(-values)).to(torch::kFloat).squeeze(1);
}

}  // namespace

torch::Tensor tonal_entropy(const torch::Tensor& logits, const torch::Tensor& tones) {
    return F::cross_entropy(logits, tones, F::CrossEntropyFuncOptions().ignore_index(kUnlabelled));
}

torch::Tensor weighted_tonal_entropy(const torch::Tensor& logits, const torch::Tensor& tones,
                                     const TonalWeights& weights) {
    const std::vector<double> of_tones(weights.tones.begin(), weights.tones.end());
    const auto of_tone = torch::tensor(of_tones, logits.options()).index({tones.clamp_min(0)});
    const auto counts = (tones != kUnlabelled).to(torch::kFloat);
    const auto weight = counts * of_tone * (1 + weights.boundary * near_another(tones));
    return (weight * entropy_of_pixels(logits, tones)).sum() / weight.sum().clamp_min(1e-6);
}

torch::Tensor tonal_miss(const torch::Tensor& logits, const torch::Tensor& tones) {
    const auto counts = (tones != kUnlabelled).to(torch::kFloat).unsqueeze(1);
    const auto likely = logits.softmax(1) * counts;
    const auto is_tone =
        torch::one_hot(tones.clamp_min(0), logits.size(1)).permute({0, 3, 1, 2}) * counts;
    const auto area = is_tone.sum({0, 2, 3});
    const auto both = (likely * is_tone).sum({0, 2, 3});
    const auto either = likely.sum({0, 2, 3}) + area - both;
    const auto is_there = (area > 0).to(torch::kFloat);
    const auto overlap = both / either.clamp_min(1e-6);
    return 1 - (is_there * overlap).sum() / is_there.sum().clamp_min(1);
}

torch::Tensor tonal_confusion(const torch::Tensor& logits, const torch::Tensor& tones) {
    const std::int64_t count = logits.size(1);
    const auto labelled = tones != kUnlabelled;
    const auto pairs =
        tones.masked_select(labelled) * count + logits.argmax(1).masked_select(labelled);
    return torch::bincount(pairs, {}, count * count).view({count, count});
}

double mean_overlap(const torch::Tensor& confusion) {
    const auto counts = confusion.to(torch::kDouble);
    const auto both = counts.diagonal();
    const auto either = counts.sum(0) + counts.sum(1) - both;
    const auto is_there = counts.sum(1) > 0;
    return (both / either).masked_select(is_there).mean().item<double>();
}

torch::Tensor tonal_accuracy(const torch::Tensor& logits, const torch::Tensor& tones) {
    const auto labelled = tones != kUnlabelled;
    const auto right = (logits.argmax(1) == tones).logical_and(labelled);
    return right.sum().to(torch::kFloat) / labelled.sum().clamp_min(1);
}

}  // namespace diorama::training
