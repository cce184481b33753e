#include "network/unet.h"

#include <array>

#include "diorama/error.h"
#include "diorama/tones.h"

namespace diorama::training {
namespace {

constexpr double kReluGain = 1.41421356;
// Of the decoder on the depth network's encoder, at 1/2 … 1/16.
constexpr std::array<int, 4> kDepthDecoder{32, 48, 64, 96};
constexpr int kDepthDecoderBlocks = 1;

torch::nn::Sequential make_block(int in, int out, Weights first, Weights second, int stride) {
    return torch::nn::Sequential(
        Convolution(ConvolutionShape{.in = in, .out = out, .stride = stride}, first, kReluGain),
        torch::nn::ReLU(), Convolution(ConvolutionShape{.in = out, .out = out}, second, kReluGain),
        torch::nn::ReLU());
}

}  // namespace

UNetImpl::UNetImpl(const UNetShape& shape) {
    if (shape.down == "depth")
        build_on_depth();
    else
        build_own(shape);
}

void UNetImpl::build_on_depth() {
    const NetworkShape shape;
    encoder_.emplace(*this, shape);
    for (const auto& parameter : named_parameters()) encoder_names_.push_back(parameter.key());
    decoder_ = register_module("tones", Decoder(shape, kDepthDecoder, 0, kDepthDecoderBlocks));
    stem_ = 2;
    head_ = register_module("head", Convolution(ConvolutionShape{.in = kDepthDecoder.front(),
                                                                 .out = kToneCount * stem_ * stem_},
                                                Weights::plain, 0.5));
}

std::vector<torch::Tensor> UNetImpl::list_encoder() const {
    std::vector<torch::Tensor> weights;
    const auto all = named_parameters();
    for (const auto& name : encoder_names_) weights.push_back(all[name]);
    return weights;
}

void UNetImpl::stand_on(const SmallNetworkImpl& depth) {
    const torch::NoGradGuard no_gradients;
    const auto known = depth.named_parameters();
    auto own = named_parameters();
    for (const auto& name : encoder_names_) {
        const auto* found = known.find(name);
        if (found == nullptr || found->sizes() != own[name].sizes())
            throw Error(ErrorCode::mismatch,
                        "has another shape in the network for depth; nothing to stand on", name);
        own[name].copy_(*found);
    }
}

void UNetImpl::build_own(const UNetShape& shape) {
    stem_ = shape.stem;
    const auto weights = shape.weights == "standardised" ? Weights::standardised : Weights::plain;
    int channels = shape.channels();
    for (int level = 0; level <= shape.levels; ++level) {
        const bool sees_colours = level == 0;
        const int wider = shape.width << level;
        down_.push_back(
            register_module("down" + std::to_string(level),
                            make_block(channels, wider, sees_colours ? Weights::plain : weights,
                                       weights, sees_colours ? shape.stem : 1)));
        channels = wider;
    }
    for (int level = shape.levels; level-- > 0;) {
        const int narrower = shape.width << level;
        const std::string name = std::to_string(level);
        enlarge_.push_back(register_module(
            "enlarge" + name,
            Convolution(ConvolutionShape{.in = channels, .out = 4 * narrower, .kernel = 1}, weights,
                        1.0)));
        up_.push_back(
            register_module("up" + name, make_block(2 * narrower, narrower, weights, weights, 1)));
        channels = narrower;
    }
    head_ = register_module("head", Convolution(ConvolutionShape{.in = channels,
                                                                 .out = kToneCount * stem_ * stem_,
                                                                 .kernel = 2 * stem_ - 1},
                                                Weights::plain, 0.5));
}

torch::Tensor UNetImpl::forward(const torch::Tensor& pictures) {
    const auto centred = 2 * pictures - 1;
    if (!encoder_) return forward_own(centred);
    const Encoder::Answer seen = encoder_->forward(centred);
    return torch::pixel_shuffle(head_(decoder_->forward(seen.top, seen.beside)), stem_);
}

torch::Tensor UNetImpl::forward_own(torch::Tensor x) {
    std::vector<torch::Tensor> beside;
    for (std::size_t level = 0; level < down_.size(); ++level) {
        if (level > 0) x = torch::max_pool2d(x, 2);
        x = down_[level]->forward(x);
        beside.push_back(x);
    }
    for (std::size_t step = 0; step < up_.size(); ++step) {
        const auto larger = torch::pixel_shuffle(enlarge_[step](x), 2);
        x = up_[step]->forward(torch::cat({larger, beside[up_.size() - 1 - step]}, 1));
    }
    x = head_(x);
    return stem_ == 1 ? x : torch::pixel_shuffle(x, stem_);
}

}  // namespace diorama::training
