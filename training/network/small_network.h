#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <array>
#include <vector>

#include "network/convolution.h"

namespace diorama::training {

// Channels of the network at 1/2, 1/4, 1/8, 1/16 and 1/32 of the picture's size. The first four are
// TCMonoDepth's own, so that its features are targets for the encoder's as they are.
struct NetworkShape {
    std::array<int, 5> encoder{24, 48, 96, 192, 192};
    std::array<int, 5> blocks{0, 2, 2, 3, 2};  // residual blocks at each size
    // On the way back up, once for depth and once for the matte; not at 1/32.
    std::array<int, 4> decoder{16, 32, 48, 64};
    std::array<int, 4> matte{16, 24, 48, 96};
    int features = 32;  // of the third output, at 1/4
};

// What the network says of N pictures of height H and width W, both multiples of 32.
struct Prediction {
    torch::Tensor inverse_depth{};        // N×1×H×W, any scale and offset; larger = nearer
    torch::Tensor matte_logit{};          // N×1×H×W
    torch::Tensor features{};             // N×features×H/4×W/4
    std::vector<torch::Tensor> stages{};  // of the encoder at 1/2 … 1/32, for distillation
};

// Goes down to 1/32 of the size by residual blocks. Its parts are the owner's, by their own names.
class Encoder {
 public:
    struct Answer {
        std::vector<torch::Tensor> stages{};  // at 1/2 … 1/32
        std::vector<torch::Tensor> beside{};  // the same, or the guide's where there is one
        torch::Tensor top{};                  // at 1/32, with what the whole picture says
    };

    Encoder(torch::nn::Module& owner, const NetworkShape& shape);
    Answer forward(const torch::Tensor& pictures, const std::vector<torch::Tensor>& guide = {});

 private:
    std::vector<torch::nn::Sequential> stages_;  // from one size to the next smaller one
    Convolution context_{nullptr};               // of the whole picture, added at 1/32
};

// Climbs from 1/32 of the size back to a half, and at each size looks at what the encoder had
// there.
class DecoderImpl : public torch::nn::Module {
 public:
    // `features`: channels of one more layer at 1/4; 0: without it. At 1/16 and 1/8 as many
    // residual blocks follow as `blocks` says.
    DecoderImpl(const NetworkShape& shape, const std::array<int, 4>& channels, int features,
                int blocks);

    // `top` is what stands at 1/32, `beside` what the encoder has at 1/2 … 1/32. `at_quarter`
    // receives what leaves 1/4.
    torch::Tensor forward(const torch::Tensor& top, const std::vector<torch::Tensor>& beside,
                          torch::Tensor* at_quarter = nullptr);

 private:
    std::vector<Convolution> lift_;     // before enlarging
    std::vector<Convolution> lateral_;  // the encoder's share at the larger size
    std::vector<torch::nn::Sequential> mix_;
};
TORCH_MODULE(Decoder);

// An encoder of residual blocks and two decoders that climb back to half the size, where the last
// layer's channels are laid out as pixels of the full size. What a subject is must be learnt from
// few mattes; a decoder of its own can, when the rest has learnt depth and rests. Dense 3×3
// convolutions throughout: on processors they run several times faster, per operation, than
// depthwise ones.
class SmallNetworkImpl : public torch::nn::Module {
 public:
    explicit SmallNetworkImpl(const NetworkShape& shape);

    // `pictures` is N×3×H×W in -1…1, RGB. With a guide (what a teacher has at the encoder's sizes
    // 1/2, 1/4, …) everything after such a size goes on from the guide instead of the encoder's own
    // answer, so that all stages and the decoder can be trained at once, each from a good input.
    Prediction forward(const torch::Tensor& pictures, const std::vector<torch::Tensor>& guide = {});

    [[nodiscard]] const NetworkShape& shape() const { return shape_; }

 private:
    NetworkShape shape_;
    Encoder encoder_;
    Decoder depth_{nullptr};
    Decoder matte_{nullptr};
    Convolution depth_head_{nullptr};
    Convolution matte_head_{nullptr};
};
TORCH_MODULE(SmallNetwork);

[[nodiscard]] std::int64_t count_parameters(const torch::nn::Module& module);

}  // namespace diorama::training
