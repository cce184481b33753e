#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <memory>

#include "configuration.h"
#include "network/small_network.h"
#include "run/lessons.h"
#include "run/loss_table.h"

namespace diorama::training {

// Brings a teacher's features to a common size: each channel is divided by its deviation in the
// first lesson. They stay where they were otherwise: a ReLU's answers begin at 0.
class FeatureScalesImpl : public torch::nn::Module {
 public:
    explicit FeatureScalesImpl(const Configuration& configuration);

    [[nodiscard]] std::vector<torch::Tensor> apply(const std::vector<torch::Tensor>& features);

 private:
    std::vector<torch::Tensor> scales_;  // 0 before the first lesson
};
TORCH_MODULE(FeatureScales);

// A network that learns: its weights, their running average, and the optimiser's memory.
class Learner {
 public:
    // Weights are drawn from the configuration's seed.
    explicit Learner(const Configuration& configuration);

    // What learns in the steps to come.
    void begin_phase(const Phase& phase);
    // One step. The loss's terms are added to `losses` by their names.
    void learn(const Lesson& lesson, const Phase& phase, double rate, Losses& losses);
    // The average moves to the weights, but keeps this share of itself.
    void average_weights(double keep);
    // The terms for the averaged weights, without a guide.
    void examine(const Lesson& lesson, const Phase& phase, Losses& losses);

    void begin_with(const SmallNetwork& trained);
    void save(torch::serialize::OutputArchive& archive) const;
    void load(torch::serialize::InputArchive& archive);

    [[nodiscard]] torch::Device device() const { return device_; }
    [[nodiscard]] SmallNetwork average() const { return average_; }

 private:
    enum class Guide { none, teacher };
    torch::Tensor weigh(const Lesson& lesson, const LossWeights& weights, Guide guide,
                        SmallNetwork& network, Losses& losses);

    torch::Device device_;
    torch::Dtype signal_type_;
    SmallNetwork network_;
    SmallNetwork average_;
    FeatureScales scales_;
    std::unique_ptr<torch::optim::AdamW> optimiser_;
};

}  // namespace diorama::training
