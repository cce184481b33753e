#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "data/augment.h"
#include "data/split.h"
#include "losses/tonal_losses.h"
#include "network/unet.h"

namespace diorama::training {

// All that a run of the tonal network depends on besides its data; kept with the weights.
struct TonalConfiguration {
    std::uint64_t seed = 1;
    std::string precision = "bfloat16";  // of the network's signals while training, or "float"
    UNetShape network{};

    std::string scenes = "frames.json";  // relative to the run's folder, or a whole path
    int side_px = 0;                     // only frames of this width; 0: of any
    int short_side_px = 0;  // of pictures as the network is to see them; 0: as they are
    std::map<std::string, SplitRule> splits{};
    std::string split = "scene";  // the one of them that counts
    // A crop of 0 by 0 takes frames whole and as they are.
    Augmentation augmentation{};

    int epochs = 40;  // how often each frame is seen
    int batch = 32;
    double rate = 1e-4;
    double encoder_rate = 0;  // of `rate`, for the depth network's encoder; 0: it rests
    std::int64_t warm_up = 0;
    std::string rate_shape = "constant";  // or "cosine"
    double weight_decay = 0;
    double average = 0;  // how slowly the weights that are kept follow those being trained
    TonalWeights weights{};
};

// As their namesakes of configuration.h. Throw Error: unreadable, not_found.
[[nodiscard]] TonalConfiguration parse_tonal_configuration(const std::string& json,
                                                           const std::string& context);
[[nodiscard]] TonalConfiguration read_tonal_configuration(const std::filesystem::path& file);
[[nodiscard]] std::string to_json(const TonalConfiguration& configuration);

// Whether JSON that is stored with weights is of this kind.
[[nodiscard]] bool is_tonal(const std::string& json);

}  // namespace diorama::training
