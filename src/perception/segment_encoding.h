#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <string>
#include <string_view>
#include <vector>

#include "diorama/model.h"
#include "inference/graph.h"
#include "perception/clip_tokenizer.h"

namespace diorama::perception {

// A picture as the network's encoder has seen it: what its decoder wants beside the prompt.
struct EncodedPicture {
    Size picture{};
    Size seen{};   // the picture in the network's own pixels
    Size whole{};  // the same with its padding
    std::vector<inference::NamedTensor> features{};
};

// What this export calls a tensor of its family.
[[nodiscard]] std::string tensor_name(const Model& model, std::string_view name);

// Throws Error: model (the encoder's picture does not fit its block), cancelled.
[[nodiscard]] EncodedPicture encode_picture(const Model& model, const Image& picture,
                                            const RunContext& run);

// A text as its language part has read it, named as the decoder wants it.
// Throws Error: usage (no word in it), model, cancelled.
[[nodiscard]] std::vector<inference::NamedTensor> encode_text(const Model& model,
                                                              const ClipTokenizer& tokenizer,
                                                              std::string_view text,
                                                              const RunContext& run);

}  // namespace diorama::perception
