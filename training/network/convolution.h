#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

namespace diorama::training {

struct ConvolutionShape {
    int in = 0;
    int out = 0;
    int kernel = 3;
    int stride = 1;
};

// Whether a filter's weights are brought to mean 0 and a fixed energy. Such filters keep the
// network's signals in range without batch statistics, so training and use compute the same
// (Qiao et al., 2019; Brock et al., 2021). Where the absolute level counts, weights are plain: at
// the colours, which a filter of mean 0 could not see, and at the outputs.
enum class Weights { standardised, plain };

// A 2-D convolution with "same" padding. Its weights are float; it computes in the input's type, so
// that a bfloat16 picture makes the whole network run in bfloat16.
class ConvolutionImpl : public torch::nn::Module {
 public:
    // `gain` scales what comes out at first: √2 makes up for a following ReLU.
    ConvolutionImpl(ConvolutionShape shape, Weights weights, double gain);

    torch::Tensor forward(const torch::Tensor& input);

    // What is convolved with, as it was after training: out×in×kernel×kernel and out. A filter of
    // no energy stays without.
    void take(const torch::Tensor& filters, const torch::Tensor& bias);
    [[nodiscard]] const torch::Tensor& bias() const { return bias_; }
    [[nodiscard]] torch::Tensor filters() const;

 private:
    ConvolutionShape shape_;
    torch::Tensor weight_;
    torch::Tensor gain_;  // one a filter; undefined where weights are plain
    torch::Tensor bias_;
};
TORCH_MODULE(Convolution);

// Two convolutions beside an identity: ReLU(x + f(x)). f starts small, so that a deep stack is near
// the identity at first (De & Smith, 2020). `inner` channels lie between the two.
class ResidualBlockImpl : public torch::nn::Module {
 public:
    ResidualBlockImpl(int channels, int inner);

    torch::Tensor forward(const torch::Tensor& input);

 private:
    Convolution first_;
    Convolution second_;
};
TORCH_MODULE(ResidualBlock);

}  // namespace diorama::training
