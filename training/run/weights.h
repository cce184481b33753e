#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <string>

namespace diorama::training {

// A network by itself, half the size of a checkpoint's: weights as bfloat16 and the configuration
// (JSON) that they were trained with. Good to start another run from, or to export.
void save_weights(const torch::nn::Module& network, const std::string& configuration,
                  const std::filesystem::path& file);

// Of weights or of a run's checkpoint. Throws Error: not_found, unreadable.
[[nodiscard]] std::string read_stored_configuration(const std::filesystem::path& file);

// Fill a network of the shape that the stored configuration says; of a checkpoint the averaged
// weights. Throw Error: not_found, unreadable.
void load_weights(torch::nn::Module& network, const std::filesystem::path& file);
void load_checkpoint(torch::nn::Module& network, const std::filesystem::path& file);

// Sets `to` to the weights of `from`, which has the same shape.
void copy_weights(torch::nn::Module& to, const torch::nn::Module& from);

// Moves each convolution's filters and biases halfway to those of `other`, a network of the same
// shape. Between a network and what further training made of it lies one that is often better than
// both: it keeps more of what the first knew (WiSE-FT: Wortsman et al., 2022). Averages what is
// convolved with, as the energy of a standardised weight says nothing. Throws Error: mismatch
// (another shape).
void average_filters(torch::nn::Module& network, const torch::nn::Module& other);

}  // namespace diorama::training
