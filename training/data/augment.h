#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include "data/scene_file.h"

namespace diorama::training {

// How far crops differ from the pictures that they are cut from.
struct Augmentation {
    std::array<int, 2> crop{256, 256};           // height and width, multiples of 32
    std::array<double, 2> short_side{300, 460};  // of the whole picture as the crop sees it, px
    double stretch = 0.15;                       // of the shape, either way
    double colour = 0.3;   // brightness, contrast, saturation and warmth, as fractions
    double blur_px = 1.2;  // at most, standard deviation
    double noise = 0.04;   // at most, standard deviation where white is 1
    double jpeg = 0.5;     // how often a crop passes through coarse JPEG
};

// One crop as tensors: C×H×W, colours and matte 0…1. Planes that are not known are undefined.
struct Crop {
    torch::Tensor picture{};
    torch::Tensor inverse_depth{};
    torch::Tensor matte{};
    torch::Tensor tones{};  // H×W, integers
};

// The scene as it is.
[[nodiscard]] Crop take_whole(const Scene& scene);

// A random part of the scene, scaled, perhaps mirrored. All choices come from `random`.
[[nodiscard]] Crop cut_crop(const Scene& scene, const Augmentation& how, torch::Generator& random);

// The picture as a worse camera might have taken it: colours, blur, noise, JPEG.
[[nodiscard]] torch::Tensor spoil(const torch::Tensor& picture, const Augmentation& how,
                                  torch::Generator& random);

}  // namespace diorama::training
