#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/augment.h"
#include "network/small_network.h"

namespace diorama::training {

// How much each term of the loss counts; 0 leaves it out.
struct LossWeights {
    double depth = 1.0;
    double gradient = 0.5;
    double matte = 0.5;     // entropy and overlap, each
    double features = 0.0;  // the encoder's sizes against the teacher's
    // Depth and gradient count once for each of these, times its number.
    double labels = 1.0;   // the stored labels
    double teacher = 0.0;  // the teacher's answer to the crop; beside labels where there is none
};

// Where crops come from: a scene file and how often it is chosen, relative to the others.
struct DataShare {
    std::string scenes{};  // NAME.json, relative to the run's folder
    double share = 1.0;
};

// A stretch of training with one crop size and one rise and fall of the learning rate.
struct Phase {
    std::string name{};
    std::int64_t steps = 0;
    int batch = 16;
    double rate = 1e-3;  // at the top, after the first warm_up steps
    std::int64_t warm_up = 200;
    std::string teacher{};  // an ONNX file made for the crop's size; empty: none
    // "matte": only its decoder learns, and all else rests. Empty: everything learns.
    std::string only{};
    bool guided = false;  // each stage goes on from the teacher's features, not from its own
    std::vector<DataShare> data{};
    Augmentation augmentation{};
    LossWeights weights{};
};

// All that a run depends on besides its data; kept with the weights.
struct Configuration {
    std::uint64_t seed = 1;
    std::string precision = "bfloat16";  // of the network's signals while training, or "float"
    double weight_decay = 0.02;
    double average = 0.999;  // how slowly the weights that are kept follow those being trained
    // The teacher's tensors that the encoder's sizes 1/2, 1/4, … are to have, with as many
    // channels.
    std::vector<std::string> teacher_features{};
    NetworkShape network{};
    std::vector<Phase> phases{};
};

// Reads JSON whose keys are the fields above; what is left out keeps its default.
// Throws Error: unreadable, naming the key that is unknown or wrong.
[[nodiscard]] Configuration parse_configuration(const std::string& json,
                                                const std::string& context);
[[nodiscard]] Configuration read_configuration(const std::filesystem::path& file);
[[nodiscard]] std::string to_json(const Configuration& configuration);

}  // namespace diorama::training
