#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <optional>
#include <vector>

#include "diorama/model.h"
#include "inference/graph.h"

namespace diorama::inference {

// The size that a rule gives for a picture. Beyond a shape of 4:1 the picture is squeezed, so that
// a thin strip does not become an enormous tensor.
[[nodiscard]] Size apply_size_rule(const SizeRule& rule, Size picture);

// Which variant runs for a picture: the nearest in shape and, among those that are about as near,
// the largest. The list must not be empty.
[[nodiscard]] std::size_t choose_variant(const std::vector<ModelVariant>& variants, Size picture);

// The picture as the network wants it: `size`, RGB or grey floats in the input's layout, with
// range, mean and deviation applied, then padded where its size rule says so.
[[nodiscard]] Tensor picture_tensor(const Image& picture, Size size, const ModelInput& input);

// Throws Error: model, where the tensor cannot take such a picture; `size` is nothing where it
// depends on the picture.
void check_picture_input(const Graph& graph, const TensorInfo& tensor, const ModelInput& input,
                         std::optional<Size> size);

}  // namespace diorama::inference
