#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>

#include "configuration.h"
#include "network/small_network.h"

namespace diorama::training {

// A network by itself, half the size of a checkpoint's: weights as bfloat16 and the configuration
// that they were trained with. Good to start another run from, or to export.
void save_weights(const SmallNetwork& network, const Configuration& configuration,
                  const std::filesystem::path& file);

struct TrainedNetwork {
    SmallNetwork network{nullptr};
    Configuration configuration{};
};

// Throws Error: not_found, unreadable.
[[nodiscard]] TrainedNetwork load_weights(const std::filesystem::path& file);

// The averaged weights in a run's checkpoint. Throws Error: not_found, unreadable.
[[nodiscard]] TrainedNetwork load_checkpoint(const std::filesystem::path& file);

// Sets `to` to the weights of `from`, which has the same shape.
void copy_weights(torch::nn::Module& to, const torch::nn::Module& from);

}  // namespace diorama::training
