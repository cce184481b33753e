#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <string_view>

#include "diorama/model.h"
#include "inference/graph.h"

namespace diorama::inference {

// The graphs of a model, for the folders that know what a task's tensors mean.
struct ModelAccess {
    // The graph of a model that is one file, or that of the variant for a picture of this size.
    [[nodiscard]] static const Graph& graph(const Model& model, Size picture);
    // The graph of one of a model's parts, opened at the first call. Throws Error as Graph does,
    // and mismatch where the model has no such part.
    [[nodiscard]] static const Graph& graph(const Model& model, std::string_view role);
};

}  // namespace diorama::inference
