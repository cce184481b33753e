#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <vector>

#include "data/scene_file.h"
#include "tonal_configuration.h"

namespace diorama::training {

struct TonalBatch {
    torch::Tensor pictures{};  // N×1×H×W or N×3×H×W, 0…1
    torch::Tensor tones{};     // N×H×W, integers; kUnlabelled beyond a frame's border
};

// The brightness of RGB, N×3×H×W, as the network sees it (Rec. 601, of encoded values).
[[nodiscard]] torch::Tensor to_grey(const torch::Tensor& pictures);

// Makes batches out of some frames of a scene file, each once an epoch in an order of its own. A
// batch depends on the seed and its step alone. Several threads may make batches at once.
class TonalBatchMaker {
 public:
    TonalBatchMaker(const TonalConfiguration& configuration, const SceneFile& scenes,
                    std::vector<std::size_t> chosen);

    [[nodiscard]] TonalBatch make(std::int64_t step) const;
    // Whole frames as they are, to examine: chosen[first], …, at most `count` of one size.
    [[nodiscard]] TonalBatch take(std::size_t first, std::size_t count) const;

 private:
    [[nodiscard]] TonalBatch join(const std::vector<Crop>& crops) const;
    [[nodiscard]] std::size_t frame_at(std::int64_t place) const;

    const TonalConfiguration& configuration_;
    const SceneFile& scenes_;
    std::vector<std::size_t> chosen_;
};

}  // namespace diorama::training
