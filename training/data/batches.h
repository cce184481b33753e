#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "configuration.h"

namespace diorama::training {

// Crops stacked along the batch. Maps hold only the crops in which they are known.
struct Batch {
    torch::Tensor clean{};     // N×3×H×W, 0…1: what a teacher sees
    torch::Tensor pictures{};  // the same, spoilt: what the network sees
    torch::Tensor inverse_depth{};
    torch::Tensor matte{};
    torch::Tensor has_depth{};  // indices into the batch
    torch::Tensor has_matte{};
};

// Makes batches of a phase. A batch depends on the seed and its step alone, so a resumed run sees
// what an uninterrupted one would have seen. Several threads may make batches at once.
class BatchMaker {
 public:
    // One scene of 24 is kept apart and never trained on.
    enum class Part { training, validation };

    // Throws Error as SceneFile does.
    BatchMaker(const Phase& phase, const std::filesystem::path& folder, std::uint64_t seed,
               Part part);

    [[nodiscard]] Batch make(std::int64_t step) const;

 private:
    struct Source {
        SceneFile scenes;
        std::vector<std::size_t> chosen;
    };

    [[nodiscard]] Crop make_crop(torch::Generator& random) const;

    const Phase& phase_;
    std::uint64_t seed_;
    std::vector<Source> sources_;
    std::vector<double> shares_;  // cumulative, the last is 1
};

}  // namespace diorama::training
