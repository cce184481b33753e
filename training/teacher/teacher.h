#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <functional>
#include <vector>

namespace diorama::training {

// What a teacher says of N pictures.
struct TeacherAnswer {
    torch::Tensor inverse_depth{};          // N×1×H×W
    std::vector<torch::Tensor> features{};  // in the order in which they were asked for
};

// Answers N×3×H×W pictures, 0…1. Empty where there is no teacher.
using Teacher = std::function<TeacherAnswer(const torch::Tensor& pictures)>;

}  // namespace diorama::training
