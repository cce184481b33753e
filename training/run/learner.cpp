#include "run/learner.h"

#include <string>

#include "losses/losses.h"
#include "run/weights.h"

namespace diorama::training {
namespace {

constexpr double kLargestGradient = 1.0;
constexpr int kGradientScales = 4;
constexpr double kLeastDeviation = 0.1;  // of a feature, in parts of the mean of all

// A sum of weighted terms that notes each by its name.
class Total {
 public:
    Total(torch::Device device, Losses& losses)
        : sum_(torch::zeros({}, torch::device(device))), losses_(losses) {}

    void add(const std::string& name, double weight, const torch::Tensor& term) {
        losses_[name] += term.item<double>();
        sum_ = sum_ + weight * term;
    }
    [[nodiscard]] const torch::Tensor& sum() const { return sum_; }

 private:
    torch::Tensor sum_;
    Losses& losses_;
};

void compare_depth(const torch::Tensor& found, const torch::Tensor& truth, double weight,
                   const LossWeights& weights, const std::string& prefix, Total& total) {
    const auto difference = depth_difference(found, truth);
    total.add(prefix + "depth", weight * weights.depth, depth_loss(difference));
    total.add(prefix + "gradient", weight * weights.gradient,
              gradient_loss(difference, kGradientScales));
}

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

}  // namespace

FeatureScalesImpl::FeatureScalesImpl(const Configuration& configuration) {
    for (std::size_t i = 0; i < configuration.teacher_features.size(); ++i)
        scales_.push_back(
            register_buffer("scale" + std::to_string(i),
                            torch::zeros({1, configuration.network.encoder.at(i), 1, 1})));
}

std::vector<torch::Tensor> FeatureScalesImpl::apply(const std::vector<torch::Tensor>& features) {
    const torch::NoGradGuard no_gradients;
    std::vector<torch::Tensor> scaled;
    for (std::size_t i = 0; i < features.size(); ++i) {
        const auto feature = features[i].to(scales_[i].device());
        if (scales_[i].max().item<float>() == 0) {
            const auto deviation = feature.std({0, 2, 3}, true, true);
            scales_[i].copy_(1 / deviation.maximum(kLeastDeviation * deviation.mean()));
        }
        scaled.push_back(feature * scales_[i]);
    }
    return scaled;
}

Learner::Learner(const Configuration& configuration)
    : device_(torch::cuda::is_available() ? torch::kCUDA : torch::kCPU),
      signal_type_(configuration.precision == "bfloat16" ? torch::kBFloat16 : torch::kFloat),
      network_(nullptr),
      average_(nullptr),
      scales_(configuration) {
    torch::manual_seed(configuration.seed);
    network_ = SmallNetwork(configuration.network);
    average_ = SmallNetwork(configuration.network);
    network_->to(device_);
    average_->to(device_);
    scales_->to(device_);
    copy_weights(*average_, *network_);

    optimiser_ = std::make_unique<torch::optim::AdamW>(
        network_->parameters(),
        torch::optim::AdamWOptions().betas({0.9, 0.99}).weight_decay(configuration.weight_decay));
}

void Learner::begin_phase(const Phase& phase) {
    for (auto& parameter : network_->named_parameters()) {
        const bool learns = phase.only.empty() || parameter.key().starts_with(phase.only);
        parameter.value().set_requires_grad(learns);
        // Without a gradient the optimiser leaves it alone; with one of zero it would still decay.
        if (!learns) parameter.value().mutable_grad() = torch::Tensor();
    }
}

void Learner::learn(const Lesson& lesson, const Phase& phase, double rate, Losses& losses) {
    for (auto& group : optimiser_->param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate);
    optimiser_->zero_grad();
    const auto loss =
        weigh(lesson, phase.weights, phase.guided ? Guide::teacher : Guide::none, network_, losses);
    // Of a batch of plain photos, in a phase without a teacher, nothing is known.
    if (!loss.requires_grad()) return;
    loss.backward();
    torch::nn::utils::clip_grad_norm_(network_->parameters(), kLargestGradient);
    optimiser_->step();
}

void Learner::average_weights(double keep) {
    const torch::NoGradGuard no_gradients;
    const auto source = network_->parameters();
    auto target = average_->parameters();
    for (std::size_t i = 0; i < target.size(); ++i) target[i].lerp_(source[i], 1 - keep);
}

void Learner::examine(const Lesson& lesson, const Phase& phase, Losses& losses) {
    const torch::NoGradGuard no_gradients;
    weigh(lesson, phase.weights, Guide::none, average_, losses);
}

void Learner::begin_with(const SmallNetwork& trained) {
    copy_weights(*network_, *trained);
    copy_weights(*average_, *trained);
}

void Learner::save(torch::serialize::OutputArchive& archive) const {
    save_part(archive, "network", *network_);
    save_part(archive, "average", *average_);
    save_part(archive, "scales", *scales_);
    save_part(archive, "optimiser", *optimiser_);
}

void Learner::load(torch::serialize::InputArchive& archive) {
    load_part(archive, "network", *network_);
    load_part(archive, "average", *average_);
    load_part(archive, "scales", *scales_);
    load_part(archive, "optimiser", *optimiser_);
}

torch::Tensor Learner::weigh(const Lesson& lesson, const LossWeights& weights, Guide guide,
                             SmallNetwork& network, Losses& losses) {
    const auto as_signals = [this](const torch::Tensor& tensor) {
        return tensor.to(device_, signal_type_).contiguous(at::MemoryFormat::ChannelsLast);
    };
    const auto& batch = lesson.batch;
    const auto& answer = lesson.answer;
    const auto features = scales_->apply(answer.features);
    std::vector<torch::Tensor> guides;
    if (guide == Guide::teacher)
        for (const auto& feature : features) guides.push_back(as_signals(feature));
    const Prediction found = network->forward(as_signals(2 * batch.pictures - 1), guides);
    const auto depth = found.inverse_depth.to(torch::kFloat);
    const auto logits = found.matte_logit.to(torch::kFloat);

    Total total(device_, losses);
    if (weights.labels > 0 && batch.inverse_depth.defined())
        compare_depth(depth.index_select(0, batch.has_depth.to(device_)),
                      batch.inverse_depth.to(device_), weights.labels, weights, "", total);
    if (weights.teacher > 0 && answer.inverse_depth.defined())
        compare_depth(depth, answer.inverse_depth.to(device_), weights.teacher, weights, "teacher_",
                      total);
    if (weights.features > 0)
        for (std::size_t i = 0; i < features.size(); ++i)
            total.add("features" + std::to_string(i), weights.features,
                      feature_loss(found.stages[i].to(torch::kFloat), features[i]));
    if (weights.matte > 0 && batch.matte.defined()) {
        const auto known = logits.index_select(0, batch.has_matte.to(device_));
        const auto matte = batch.matte.to(device_);
        total.add("matte_entropy", weights.matte, matte_entropy(known, matte));
        total.add("matte_overlap", weights.matte, matte_overlap_loss(known, matte));
    }
    losses["total"] += total.sum().item<double>();
    return total.sum();
}

}  // namespace diorama::training
