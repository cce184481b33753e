#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "run/course.h"
#include "run/weights.h"

namespace diorama::training {

// A part of an archive by its name.
template <class Part>
void save_part(torch::serialize::OutputArchive& archive, const std::string& name,
               const Part& what) {
    torch::serialize::OutputArchive part;
    what.save(part);
    archive.write(name, part);
}

template <class Part>
void load_part(torch::serialize::InputArchive& archive, const std::string& name, Part& what) {
    torch::serialize::InputArchive part;
    archive.read(name, part);
    what.load(part);
}

// A network that learns: its weights, their running average, the optimiser's memory, and what its
// configuration says of them.
template <class Network>
class Learning {
 public:
    // Weights are drawn from the configuration's seed.
    template <class Configuration>
    explicit Learning(const Configuration& configuration, torch::optim::AdamWOptions options = {})
        : network_(nullptr),
          average_(nullptr),
          slowness_(configuration.average),
          signal_type_(configuration.precision == "bfloat16" ? torch::kBFloat16 : torch::kFloat) {
        torch::manual_seed(configuration.seed);
        network_ = Network(configuration.network);
        average_ = Network(configuration.network);
        network_->to(best_device());
        average_->to(best_device());
        copy_weights(*average_, *network_);
        optimiser_ = std::make_unique<torch::optim::AdamW>(
            network_->parameters(), options.weight_decay(configuration.weight_decay));
        shares_ = {1.0};
    }

    // These weights of the network learn at a share of the rate; at 0 they rest. Before any step.
    void slow_down(const std::vector<torch::Tensor>& weights, double share) {
        const auto is_slow = [&](const torch::Tensor& parameter) {
            return std::ranges::any_of(
                weights, [&](const torch::Tensor& weight) { return weight.is_same(parameter); });
        };
        const auto options =
            static_cast<torch::optim::AdamWOptions&>(optimiser_->param_groups()[0].options());
        std::vector<torch::Tensor> slow;
        std::vector<torch::Tensor> others;
        for (const auto& parameter : network_->parameters())
            (is_slow(parameter) ? slow : others).push_back(parameter);
        std::vector<torch::optim::OptimizerParamGroup> groups{
            torch::optim::OptimizerParamGroup(others)};
        shares_ = {1.0};
        if (share > 0) {
            groups.emplace_back(slow);
            shares_.push_back(share);
        }
        for (auto& parameter : slow) parameter.set_requires_grad(share > 0);
        optimiser_ = std::make_unique<torch::optim::AdamW>(groups, options);
    }

    [[nodiscard]] Network& network() { return network_; }
    [[nodiscard]] Network& average() { return average_; }
    [[nodiscard]] const Network& average() const { return average_; }

    // As the network takes it in.
    [[nodiscard]] torch::Tensor as_signals(const torch::Tensor& tensor) const {
        return tensor.to(best_device(), signal_type_).contiguous(at::MemoryFormat::ChannelsLast);
    }

    // One step down the loss.
    void follow(const torch::Tensor& loss, double rate) {
        auto& groups = optimiser_->param_groups();
        for (std::size_t i = 0; i < groups.size(); ++i)
            static_cast<torch::optim::AdamWOptions&>(groups[i].options()).lr(rate * shares_[i]);
        optimiser_->zero_grad();
        loss.backward();
        torch::nn::utils::clip_grad_norm_(network_->parameters(), kLargestGradient);
        optimiser_->step();
    }

    // The average moves to the weights, but keeps the configuration's share of itself. It begins as
    // a short one, so that the first weights are soon forgotten.
    void average_weights(std::int64_t step) {
        const torch::NoGradGuard no_gradients;
        const double at_first = static_cast<double>(step + 2) / static_cast<double>(step + 11);
        const double keep = std::min(slowness_, at_first);
        const auto source = network_->parameters();
        auto target = average_->parameters();
        for (std::size_t i = 0; i < target.size(); ++i) target[i].lerp_(source[i], 1 - keep);
    }

    void begin_with(const Network& trained) {
        copy_weights(*network_, *trained);
        copy_weights(*average_, *trained);
    }
    void save(torch::serialize::OutputArchive& archive) const {
        save_part(archive, "network", *network_);
        save_part(archive, "average", *average_);
        save_part(archive, "optimiser", *optimiser_);
    }
    void load(torch::serialize::InputArchive& archive) {
        load_part(archive, "network", *network_);
        load_part(archive, "average", *average_);
        load_part(archive, "optimiser", *optimiser_);
    }

 private:
    static constexpr double kLargestGradient = 1.0;

    Network network_;
    Network average_;
    double slowness_;
    torch::Dtype signal_type_;
    std::unique_ptr<torch::optim::AdamW> optimiser_;
    std::vector<double> shares_;  // of the rate, of each of the optimiser's groups
};

}  // namespace diorama::training
