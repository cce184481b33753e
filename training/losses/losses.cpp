#include "losses/losses.h"

namespace diorama::training {
namespace {

constexpr double kFlat = 1e-4;  // a deviation below which a map holds nothing to compare

torch::Tensor mean_step(const torch::Tensor& difference) {
    const auto across = difference.slice(3, 1) - difference.slice(3, 0, -1);
    const auto down = difference.slice(2, 1) - difference.slice(2, 0, -1);
    return across.abs().mean() + down.abs().mean();
}

}  // namespace

torch::Tensor remove_scale_and_shift(const torch::Tensor& maps) {
    const auto flat = maps.flatten(1);
    const auto centred = flat - std::get<0>(flat.median(1, true));
    return (centred / centred.abs().mean(1, true).clamp_min(kFlat)).view_as(maps);
}

torch::Tensor depth_difference(const torch::Tensor& found, const torch::Tensor& truth) {
    return remove_scale_and_shift(found) - remove_scale_and_shift(truth);
}

torch::Tensor depth_loss(const torch::Tensor& difference) {
    return difference.abs().mean();
}

torch::Tensor gradient_loss(const torch::Tensor& difference, int scales) {
    auto loss = mean_step(difference);
    auto smaller = difference;
    for (int scale = 1; scale < scales; ++scale) {
        smaller = smaller.slice(2, 0, c10::nullopt, 2).slice(3, 0, c10::nullopt, 2);
        loss = loss + mean_step(smaller);
    }
    return loss / scales;
}

torch::Tensor matte_entropy(const torch::Tensor& logits, const torch::Tensor& matte) {
    return torch::binary_cross_entropy_with_logits(logits, matte);
}

torch::Tensor matte_overlap_loss(const torch::Tensor& logits, const torch::Tensor& matte) {
    const auto found = torch::sigmoid(logits).flatten(1);
    const auto truth = matte.flatten(1);
    const auto shared = torch::minimum(found, truth).sum(1);
    const auto covered = torch::maximum(found, truth).sum(1);
    const auto counts = (truth.mean(1) > 0.001).to(torch::kFloat);
    return (counts * (1 - shared / (covered + 1e-6))).sum() / counts.sum().clamp_min(1);
}

torch::Tensor feature_loss(const torch::Tensor& ours, const torch::Tensor& teachers) {
    return (ours - teachers).square().mean() / teachers.var().clamp_min(1e-8);
}

}  // namespace diorama::training
