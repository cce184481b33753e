#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/csrc/jit/ir/ir.h>
#include <torch/torch.h>

#include <memory>

#include "export/export_onnx.h"

namespace diorama::training {

// The operations between input and outputs, in the order in which they run, with what depends on
// weights alone computed. The network is left as it was.
[[nodiscard]] std::shared_ptr<torch::jit::Graph> trace(torch::nn::Module& network,
                                                       const ExportedFunction& function);

}  // namespace diorama::training
