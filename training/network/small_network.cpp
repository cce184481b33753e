#include "network/small_network.h"

#include <string>
#include <utility>

namespace diorama::training {
namespace {

namespace F = torch::nn::functional;

constexpr double kReluGain = 1.41421356;
constexpr std::size_t kQuarter = 1;  // the decoder's step at 1/4
constexpr int kMatteBlocks = 1;

torch::Tensor enlarge_twofold(const torch::Tensor& x) {
    return F::interpolate(x, F::InterpolateFuncOptions()
                                 .scale_factor(std::vector<double>{2, 2})
                                 .mode(torch::kBilinear)
                                 .align_corners(false));
}

// Four channels become the four pixels of the full size under each of the half.
constexpr int kPixels = 4;

}  // namespace

Encoder::Encoder(torch::nn::Module& owner, const NetworkShape& shape) {
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
        stages_.push_back(owner.register_module("encoder" + std::to_string(size), stage));
        channels = wider;
    }
    context_ = owner.register_module(
        "context", Convolution(ConvolutionShape{.in = channels, .out = channels, .kernel = 1},
                               Weights::standardised, kReluGain));
}

Encoder::Answer Encoder::forward(const torch::Tensor& pictures,
                                 const std::vector<torch::Tensor>& guide) {
    Answer answer;
    auto x = pictures;
    for (std::size_t size = 0; size < stages_.size(); ++size) {
        x = stages_[size]->forward(x);
        answer.stages.push_back(x);
        if (size < guide.size()) x = guide[size];
        answer.beside.push_back(x);
    }
    answer.top = torch::relu(x + context_(x.mean({2, 3}, true)));
    return answer;
}

DecoderImpl::DecoderImpl(const NetworkShape& shape, const std::array<int, 4>& channels,
                         int features, int blocks) {
    int below = shape.encoder.back();
    for (std::size_t size = channels.size(); size-- > 0;) {
        const std::string name = std::to_string(size);
        const int width = channels[size];
        lift_.push_back(register_module(
            "lift" + name, Convolution(ConvolutionShape{.in = below, .out = width, .kernel = 1},
                                       Weights::standardised, 1.0)));
        lateral_.push_back(register_module(
            "lateral" + name,
            Convolution(ConvolutionShape{.in = shape.encoder[size], .out = width, .kernel = 1},
                        Weights::standardised, 1.0)));
        const auto layer = [](int in, int out) {
            return Convolution(ConvolutionShape{.in = in, .out = out}, Weights::standardised,
                               kReluGain);
        };
        torch::nn::Sequential mix(layer(width, width), torch::nn::ReLU());
        if (size > kQuarter)
            for (int block = 0; block < blocks; ++block)
                mix->push_back(ResidualBlock(width, width));
        below = width;
        if (size == kQuarter && features > 0) {
            mix->push_back(layer(width, features));
            mix->push_back(torch::nn::ReLU());
            below = features;
        }
        mix_.push_back(register_module("mix" + name, mix));
    }
}

torch::Tensor DecoderImpl::forward(const torch::Tensor& top,
                                   const std::vector<torch::Tensor>& beside,
                                   torch::Tensor* at_quarter) {
    auto x = top;
    for (std::size_t step = 0; step < mix_.size(); ++step) {
        const std::size_t size = mix_.size() - 1 - step;
        x = torch::relu(enlarge_twofold(lift_[step](x)) + lateral_[step](beside[size]));
        x = mix_[step]->forward(x);
        if (size == kQuarter && at_quarter != nullptr) *at_quarter = x;
    }
    return x;
}

SmallNetworkImpl::SmallNetworkImpl(const NetworkShape& shape)
    : shape_(shape), encoder_(*this, shape) {
    const auto add_head = [this](const std::string& name, int channels) {
        return register_module(name, Convolution(ConvolutionShape{.in = channels, .out = kPixels},
                                                 Weights::plain, 0.5));
    };
    depth_ = register_module("depth", Decoder(shape, shape.decoder, shape.features, 0));
    matte_ = register_module("matte", Decoder(shape, shape.matte, 0, kMatteBlocks));
    depth_head_ = add_head("depth_head", shape.decoder.front());
    matte_head_ = add_head("matte_head", shape.matte.front());
}

Prediction SmallNetworkImpl::forward(const torch::Tensor& pictures,
                                     const std::vector<torch::Tensor>& guide) {
    Encoder::Answer seen = encoder_.forward(pictures, guide);
    Prediction prediction{.stages = std::move(seen.stages)};
    prediction.inverse_depth = torch::pixel_shuffle(
        depth_head_(depth_->forward(seen.top, seen.beside, &prediction.features)), 2);
    prediction.matte_logit =
        torch::pixel_shuffle(matte_head_(matte_->forward(seen.top, seen.beside)), 2);
    return prediction;
}

std::int64_t count_parameters(const torch::nn::Module& module) {
    std::int64_t count = 0;
    for (const auto& parameter : module.parameters()) count += parameter.numel();
    return count;
}

}  // namespace diorama::training
