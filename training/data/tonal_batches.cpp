#include "data/tonal_batches.h"

#include <ATen/CPUGeneratorImpl.h>

#include <utility>

#include "data/mix.h"

namespace diorama::training {
namespace {

namespace F = torch::nn::functional;

torch::Generator make_random(std::uint64_t seed, std::int64_t number) {
    return at::make_generator<at::CPUGeneratorImpl>(
        mix(mix(seed) ^ mix(static_cast<std::uint64_t>(number))));
}

// Whole multiples of what the network asks: the border is repeated, and does not count.
TonalBatch pad(const TonalBatch& batch, std::int64_t multiple_px) {
    const auto missing = [&](std::int64_t length) {
        return (multiple_px - length % multiple_px) % multiple_px;
    };
    const auto down = missing(batch.tones.size(1));
    const auto across = missing(batch.tones.size(2));
    const std::vector<std::int64_t> border{across / 2, across - across / 2, down / 2,
                                           down - down / 2};
    return {.pictures = F::pad(batch.pictures, F::PadFuncOptions(border).mode(torch::kReplicate)),
            .tones = F::pad(batch.tones, F::PadFuncOptions(border).value(kUnlabelled))};
}

}  // namespace

torch::Tensor to_grey(const torch::Tensor& pictures) {
    const auto shares = torch::tensor({0.299F, 0.587F, 0.114F}, pictures.options());
    return (pictures * shares.view({1, 3, 1, 1})).sum(1, true);
}

TonalBatchMaker::TonalBatchMaker(const TonalConfiguration& configuration, const SceneFile& scenes,
                                 std::vector<std::size_t> chosen)
    : configuration_(configuration), scenes_(scenes), chosen_(std::move(chosen)) {}

TonalBatch TonalBatchMaker::make(std::int64_t step) const {
    const Augmentation& how = configuration_.augmentation;
    auto random = make_random(configuration_.seed, step);
    std::vector<Crop> crops;
    for (int i = 0; i < configuration_.batch; ++i) {
        const Scene scene = scenes_.read(frame_at(step * configuration_.batch + i));
        crops.push_back(how.crop[0] == 0 ? take_whole(scene) : cut_crop(scene, how, random));
        crops.back().picture = spoil(crops.back().picture, how, random);
    }
    return join(crops);
}

TonalBatch TonalBatchMaker::take(std::size_t first, std::size_t count) const {
    std::vector<Crop> crops;
    for (std::size_t i = first; i < std::min(first + count, chosen_.size()); ++i) {
        if (scenes_.width(chosen_[i]) != scenes_.width(chosen_[first])) break;
        crops.push_back(take_whole(scenes_.read(chosen_[i])));
    }
    return join(crops);
}

TonalBatch TonalBatchMaker::join(const std::vector<Crop>& crops) const {
    std::vector<torch::Tensor> pictures;
    std::vector<torch::Tensor> tones;
    for (const Crop& crop : crops) {
        pictures.push_back(crop.picture);
        tones.push_back(crop.tones);
    }
    TonalBatch batch{.pictures = torch::stack(pictures), .tones = torch::stack(tones)};
    if (configuration_.network.channels() == 1) batch.pictures = to_grey(batch.pictures);
    return pad(batch, configuration_.network.multiple_px());
}

// An epoch's order is a shuffle by its number.
std::size_t TonalBatchMaker::frame_at(std::int64_t place) const {
    const auto count = static_cast<std::int64_t>(chosen_.size());
    auto random = make_random(configuration_.seed + 1, place / count);
    const auto order = torch::randperm(count, random, torch::kLong);
    return chosen_[order[place % count].item<std::int64_t>()];
}

}  // namespace diorama::training
