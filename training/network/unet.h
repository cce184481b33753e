#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <optional>
#include <string>
#include <vector>

#include "network/convolution.h"
#include "network/small_network.h"

namespace diorama::training {

// Seed 003 has "grey", 64 channels, 4 levels and no stem.
struct UNetShape {
    std::string colours = "grey";   // what it sees: "grey" or "rgb"
    int width = 16;                 // channels of the first block; each level has twice as many
    int levels = 4;                 // how often the size halves
    int stem = 1;                   // 2: the first block works at half of the picture's size
    std::string weights = "plain";  // or "standardised", see convolution.h
    // What goes down: blocks of its "own", or "depth", the encoder of the network for depth and
    // mattes, which has seen photos. It brings its own decoder; of the above only `colours` counts,
    // which must be "rgb".
    std::string down = "own";

    // Heights and widths must be multiples of this.
    [[nodiscard]] int multiple_px() const { return down == "depth" ? 32 : stem << levels; }
    [[nodiscard]] int channels() const { return colours == "grey" ? 1 : 3; }
};

// Its own way down or the depth network's; with its own it is the U-Net of seed 003: on the way
// down blocks of two convolutions with ReLU and max-pooling, on the way up enlarging, what the way
// down had at that size, and a block. There are no batch statistics. Enlarging is a transposed
// convolution of 2×2 pixels without overlap, written as one of a pixel whose channels are laid out
// as four.
class UNetImpl : public torch::nn::Module {
 public:
    explicit UNetImpl(const UNetShape& shape);

    // `pictures` is N×1×H×W or N×3×H×W, 0…1, sRGB-encoded; one logit a tone comes out,
    // N×5×H×W.
    torch::Tensor forward(const torch::Tensor& pictures);

    // The weights of the depth network's encoder; none where the way down is its own.
    [[nodiscard]] std::vector<torch::Tensor> list_encoder() const;
    // Takes the encoder of a network for depth over. Throws Error: mismatch.
    void stand_on(const SmallNetworkImpl& depth);

 private:
    void build_on_depth();
    void build_own(const UNetShape& shape);
    torch::Tensor forward_own(torch::Tensor x);

    std::optional<Encoder> encoder_{};
    std::vector<std::string> encoder_names_{};  // of its parameters
    Decoder decoder_{nullptr};
    int stem_ = 1;
    std::vector<torch::nn::Sequential> down_;  // the last is the bottleneck
    std::vector<Convolution> enlarge_;         // from the smallest size up
    std::vector<torch::nn::Sequential> up_;
    Convolution head_{nullptr};
};
TORCH_MODULE(UNet);

}  // namespace diorama::training
