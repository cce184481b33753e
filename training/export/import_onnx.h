#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <vector>

#include "export/export_onnx.h"

namespace diorama::training {

// Fills a network with the weights of a file that export_onnx made of the same function of a
// network of the same shape, so that training can go on from what ships. Its convolutions are
// recognised by their order alone. Throws Error: not_found, unreadable, mismatch (a network of
// another shape).
void import_onnx(torch::nn::Module& network, const ExportedFunction& function,
                 const std::filesystem::path& file);

// The names of the outputs of an ONNX file. Throws Error: not_found, unreadable.
[[nodiscard]] std::vector<std::string> list_outputs(const std::filesystem::path& file);

}  // namespace diorama::training
