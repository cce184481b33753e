#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <optional>
#include <vector>

#include "inference/graph.h"

namespace diorama::inference {

// Networks whose outputs are maps: one picture in, one number a pixel out.

// Throws Error: model, where the graph's tensors are not what the interface says.
void check_maps(const Graph& graph, const ModelInterface& interface, std::optional<Size> size);

// Throws Error: model, cancelled.
[[nodiscard]] std::vector<ModelResult> run_maps(const Graph& graph, const ModelInterface& interface,
                                                const Image& picture, Size size,
                                                const RunContext& run);

// A tensor that is one map in any of the shapes [height, width] … [1, 1, height, width] and
// [1, height, width, 1]: its size; nothing where it is no single map.
[[nodiscard]] std::optional<Size> map_size(const Shape& shape);

}  // namespace diorama::inference
