#include "network/convolution.h"

#include <cmath>

namespace diorama::training {
namespace {

constexpr double kReluGain = 1.41421356;
constexpr double kFirstResidualGain = 0.2;
constexpr double kNoEnergy = 1e-6;

}  // namespace

ConvolutionImpl::ConvolutionImpl(ConvolutionShape shape, Weights weights, double gain)
    : shape_(shape) {
    const double fan_in = shape.in * shape.kernel * shape.kernel;
    const bool standardised = weights == Weights::standardised;
    const double deviation = (standardised ? 1.0 : gain) / std::sqrt(fan_in);
    weight_ = register_parameter(
        "weight", deviation * torch::randn({shape.out, shape.in, shape.kernel, shape.kernel}));
    if (standardised) gain_ = register_parameter("gain", torch::full({shape.out, 1, 1, 1}, gain));
    bias_ = register_parameter("bias", torch::zeros({shape.out}));
}

torch::Tensor ConvolutionImpl::forward(const torch::Tensor& input) {
    const auto type = input.scalar_type();
    return torch::conv2d(input, filters().to(type), bias_.to(type), shape_.stride,
                         shape_.kernel / 2);
}

void ConvolutionImpl::take(const torch::Tensor& filters, const torch::Tensor& bias) {
    const torch::NoGradGuard no_gradients;
    bias_.copy_(bias);
    if (!gain_.defined()) {
        weight_.copy_(filters);
        return;
    }
    // Of energy 1, as at first: it is to learn as fast as one that was never stored.
    const auto energy = filters.square().sum({1, 2, 3}, true);
    weight_.copy_(filters * torch::rsqrt(energy + kNoEnergy));
    gain_.copy_(torch::sqrt(energy));
}

torch::Tensor ConvolutionImpl::filters() const {
    if (!gain_.defined()) return weight_;
    const auto centred = weight_ - weight_.mean({1, 2, 3}, true);
    const auto energy = centred.square().sum({1, 2, 3}, true);
    return centred * (gain_ * torch::rsqrt(energy + kNoEnergy));
}

ResidualBlockImpl::ResidualBlockImpl(int channels, int inner)
    : first_(register_module("first", Convolution(ConvolutionShape{.in = channels, .out = inner},
                                                  Weights::standardised, kReluGain))),
      second_(register_module("second", Convolution(ConvolutionShape{.in = inner, .out = channels},
                                                    Weights::standardised, kFirstResidualGain))) {}

torch::Tensor ResidualBlockImpl::forward(const torch::Tensor& input) {
    return torch::relu(input + second_(torch::relu(first_(input))));
}

}  // namespace diorama::training
