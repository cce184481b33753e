#include "run/tonal_course.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <utility>
#include <vector>

#include "diorama/error.h"
#include "diorama/tones.h"
#include "losses/tonal_losses.h"

namespace diorama::training {
namespace {

// Everything that names frames, for telling one set from another.
std::string join_names(const SceneFile& scenes, const std::vector<std::size_t>& chosen) {
    std::string names;
    for (const std::size_t index : chosen) names += scenes.name(index) + "\n";
    return names;
}

Split split_or_refuse(const SceneFile& scenes, const TonalConfiguration& configuration) {
    Split split = split_scenes(scenes, configuration.splits.at(configuration.split),
                               configuration.side_px, configuration.seed);
    if (split.training.empty())
        throw Error(ErrorCode::unreadable,
                    "has no frames to learn from; its split '" + configuration.split +
                        "' names none that there are",
                    configuration.scenes);
    return split;
}

torch::Tensor resize(const torch::Tensor& maps, std::int64_t height, std::int64_t width) {
    namespace F = torch::nn::functional;
    return F::interpolate(maps, F::InterpolateFuncOptions()
                                    .size(std::vector<std::int64_t>{height, width})
                                    .mode(torch::kBilinear)
                                    .align_corners(false));
}

}  // namespace

TonalCourse::TonalCourse(TonalConfiguration configuration, const std::filesystem::path& folder)
    : configuration_(std::move(configuration)),
      scenes_(folder / configuration_.scenes),
      split_(split_or_refuse(scenes_, configuration_)),
      learning_(configuration_),
      batches_(configuration_, scenes_, split_.training),
      unseen_(configuration_, scenes_, split_.validation) {
    learning_.slow_down(learning_.network()->list_encoder(), configuration_.encoder_rate);
    stretches_.push_back({.name = configuration_.split,
                          .steps = configuration_.epochs * steps_an_epoch(),
                          .rate = configuration_.rate,
                          .warm_up = configuration_.warm_up,
                          .shape = configuration_.rate_shape == "cosine"
                                       ? Stretch::Rate::cosine
                                       : Stretch::Rate::constant});
}

void TonalCourse::begin_with(const UNet& trained) {
    const auto wanted = learning_.network()->named_parameters();
    const auto given = trained->named_parameters();
    const auto fits = [&](const auto& parameter) {
        const auto* found = given.find(parameter.key());
        return found != nullptr && found->sizes() == parameter->sizes();
    };
    if (given.size() != wanted.size() || !std::ranges::all_of(wanted, fits))
        throw Error(ErrorCode::mismatch, "is of another shape than the configuration says",
                    "the network to begin with");
    learning_.begin_with(trained);
}

void TonalCourse::stand_on(const SmallNetwork& depth) {
    learning_.network()->stand_on(*depth);
    learning_.average()->stand_on(*depth);
}

std::int64_t TonalCourse::steps_an_epoch() const {
    const auto frames = static_cast<std::int64_t>(split_.training.size());
    return (frames + configuration_.batch - 1) / configuration_.batch;
}

void TonalCourse::list_parts(const std::filesystem::path& folder) const {
    for (const auto& [name, part] :
         {std::pair("training.txt", &split_.training),
          std::pair("validation.txt", &split_.validation), std::pair("test.txt", &split_.test)})
        std::ofstream(folder / name) << join_names(scenes_, *part);
}

void TonalCourse::begin(std::size_t) {
    ahead_.emplace([this](std::int64_t step) { return batches_.make(step); });
}

void TonalCourse::learn(std::int64_t step, double rate, Losses& losses) {
    const TonalBatch batch = ahead_->take(step);
    const auto logits = predict(learning_.network(), batch.pictures);
    const auto tones = batch.tones.to(best_device());
    auto loss = weighted_tonal_entropy(logits, tones, configuration_.weights);
    losses["weighted"] += loss.item<double>();
    if (configuration_.weights.overlap > 0) {
        const auto miss = tonal_miss(logits, tones);
        losses["miss"] += miss.item<double>();
        loss = loss + configuration_.weights.overlap * miss;
    }
    losses["entropy"] += tonal_entropy(logits, tones).item<double>();
    losses["accuracy"] += tonal_accuracy(logits, tones).item<double>();
    learning_.follow(loss, rate);
}

Losses TonalCourse::examine() {
    const torch::NoGradGuard no_gradients;
    Losses losses;
    if (split_.validation.empty()) return losses;
    auto confusion = torch::zeros({kToneCount, kToneCount}, torch::kLong);
    const auto batch_size = static_cast<std::size_t>(configuration_.batch);
    for (std::size_t first = 0; first < split_.validation.size();) {
        const TonalBatch batch = unseen_.take(first, batch_size);
        const auto count = static_cast<std::size_t>(batch.tones.size(0));
        const auto logits = predict_whole(learning_.average(), batch.pictures);
        const auto tones = batch.tones.to(best_device());
        const double share =
            static_cast<double>(count) / static_cast<double>(split_.validation.size());
        losses["entropy"] += share * tonal_entropy(logits, tones).item<double>();
        losses["accuracy"] += share * tonal_accuracy(logits, tones).item<double>();
        confusion += tonal_confusion(logits, tones).cpu();
        first += count;
    }
    losses["overlap"] = mean_overlap(confusion);
    return losses;
}

void TonalCourse::save(torch::serialize::OutputArchive& archive) const {
    learning_.save(archive);
    archive.write("frames", c10::IValue(join_names(scenes_, split_.training)));
}

void TonalCourse::load(torch::serialize::InputArchive& archive) {
    c10::IValue frames;
    archive.read("frames", frames);
    if (frames.toStringRef() != join_names(scenes_, split_.training))
        throw Error(ErrorCode::mismatch,
                    "has other frames than when this run began; begin a new run for them",
                    configuration_.scenes);
    learning_.load(archive);
}

torch::Tensor TonalCourse::predict(UNet& network, const torch::Tensor& pictures) const {
    return network->forward(learning_.as_signals(pictures)).to(torch::kFloat);
}

torch::Tensor TonalCourse::predict_whole(UNet& network, const torch::Tensor& pictures) const {
    if (configuration_.short_side_px == 0) return predict(network, pictures);
    const auto height = pictures.size(2);
    const auto width = pictures.size(3);
    const double scale = static_cast<double>(configuration_.short_side_px) /
                         static_cast<double>(std::min(height, width));
    const int multiple = configuration_.network.multiple_px();
    const auto fitted = [&](std::int64_t side) {
        return multiple * std::lround(scale * static_cast<double>(side) / multiple);
    };
    return resize(predict(network, resize(pictures, fitted(height), fitted(width))), height, width);
}

}  // namespace diorama::training
