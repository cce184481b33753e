#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace diorama::training {

// What of a network is exported: a function of one tensor that uses the network's weights.
struct ExportedFunction {
    std::function<std::vector<torch::Tensor>(const torch::Tensor&)> call{};
    torch::Tensor example{};  // an input to follow the function with, N×C×H×W
    std::string input_name{};
    std::vector<std::string> output_names{};
    // Stores weights at half precision, in half of the space; they become floats when the file is
    // loaded, and everything is computed in floats.
    bool half_weights = false;
};

// Writes the function as an ONNX file (operator set 13) that takes any batch, height and width. The
// function is run once on the example. Every operation that depends on it becomes a node; what does
// not (weights and what is computed from them) is stored as numbers.
// Throws Error: unsupported (an operation with no known translation, by its name), unwritable.
void export_onnx(torch::nn::Module& network, const ExportedFunction& function,
                 const std::filesystem::path& file);

}  // namespace diorama::training
