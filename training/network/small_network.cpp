#include "network/small_network.h"

#include <string>

namespace diorama::training {
namespace {

namespace F = torch::nn::functional;

constexpr double kReluGain = 1.41421356;
constexpr int kHeads = 2;

torch::Tensor enlarge_twofold(const torch::Tensor& x) {
    return F::interpolate(x, F::InterpolateFuncOptions()
                                 .scale_factor(std::vector<double>{2, 2})
                                 .mode(torch::kBilinear)
                                 .align_corners(false));
}

}  // namespace

SmallNetworkImpl::SmallNetworkImpl(const NetworkShape& shape) : shape_(shape) {
    const auto add = [this](const std::string& name, ConvolutionShape conv,
                            Weights weights = Weights::standardised, double gain = kReluGain) {
        return register_module(name, Convolution(conv, weights, gain));
    };

    int channels = 3;
    for (std::size_t size = 0; size < shape.encoder.size(); ++size) {
        const int wider = shape.encoder[size];
        const auto weights = size == 0 ? Weights::plain : Weights::standardised;
        torch::nn::Sequential stage(
            Convolution(ConvolutionShape{.in = channels, .out = wider, .stride = 2}, weights,
                        kReluGain),
            torch::nn::ReLU());
        for (int block = 0; block < shape.blocks[size]; ++block)
            stage->push_back(ResidualBlock(wider, wider / 2));
        encoder_.push_back(register_module("encoder" + std::to_string(size), stage));
        channels = wider;
    }
    context_ = add("context", {.in = channels, .out = channels, .kernel = 1});

    for (std::size_t size = shape.decoder.size(); size-- > 0;) {
        const int narrower = shape.decoder[size];
        const std::string name = std::to_string(size);
        lift_.push_back(add("lift" + name, {.in = channels, .out = narrower, .kernel = 1},
                            Weights::standardised, 1.0));
        lateral_.push_back(add("lateral" + name,
                               {.in = shape.encoder[size], .out = narrower, .kernel = 1},
                               Weights::standardised, 1.0));
        mix_.push_back(add("mix" + name, {.in = narrower, .out = narrower}));
        channels = narrower;
        if (size == 1) {
            features_ = add("features", {.in = narrower, .out = shape.features});
            channels = shape.features;
        }
    }
    heads_ = add("heads", {.in = channels, .out = 4 * kHeads}, Weights::plain, 0.5);
}

Prediction SmallNetworkImpl::forward(const torch::Tensor& pictures,
                                     const std::vector<torch::Tensor>& guide) {
    Prediction prediction;
    std::vector<torch::Tensor> beside;
    auto x = pictures;
    for (std::size_t size = 0; size < encoder_.size(); ++size) {
        x = encoder_[size]->forward(x);
        prediction.stages.push_back(x);
        if (size < guide.size()) x = guide[size];
        beside.push_back(x);
    }
    x = torch::relu(x + context_(x.mean({2, 3}, true)));

    for (std::size_t step = 0; step < mix_.size(); ++step) {
        const auto& larger = beside[mix_.size() - 1 - step];
        x = torch::relu(enlarge_twofold(lift_[step](x)) + lateral_[step](larger));
        x = torch::relu(mix_[step](x));
        if (step + 2 == mix_.size()) prediction.features = x = torch::relu(features_(x));
    }
    // Four channels a head become the four pixels of the full size under each of the half.
    const auto maps = torch::pixel_shuffle(heads_(x), 2);
    prediction.inverse_depth = maps.slice(1, 0, 1);
    prediction.matte_logit = maps.slice(1, 1, 2);
    return prediction;
}

std::int64_t count_parameters(const torch::nn::Module& module) {
    std::int64_t count = 0;
    for (const auto& parameter : module.parameters()) count += parameter.numel();
    return count;
}

}  // namespace diorama::training
