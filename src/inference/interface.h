#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <string>
#include <string_view>

#include "diorama/model.h"

namespace diorama::inference {

// Reads an interface block from JSON text. `context` is what errors call it: a file or a catalogue
// entry. Relative paths are taken from `folder`. Throws Error: unreadable, naming the key.
[[nodiscard]] ModelInterface parse_interface(std::string_view json, const std::string& context,
                                             const std::filesystem::path& folder);

// What no single key can say: one file or variants, one size rule, outputs that fit the task.
// Throws Error: unreadable.
void check_interface(const ModelInterface& interface, const std::string& context);

[[nodiscard]] std::string_view name_of(ModelTask task);
[[nodiscard]] std::string_view name_of(TensorLayout layout);

}  // namespace diorama::inference
