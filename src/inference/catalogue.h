#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <string>
#include <string_view>
#include <vector>

#include "diorama/catalogue.h"

namespace diorama::inference {

// models/catalog.json, which CMake puts into the library.
extern const std::string_view kCatalogJson;

// Reads a catalogue from JSON text; `context` is what errors call it. Every interface block is
// checked. Throws Error: unreadable.
[[nodiscard]] std::vector<ModelEntry> parse_catalogue(std::string_view json,
                                                      const std::string& context);

// Whether a licence lets anybody use the model for anything, and what it means in a phrase.
[[nodiscard]] ModelLicense describe_license(const std::string& id);
[[nodiscard]] bool is_known_license(std::string_view id);

}  // namespace diorama::inference
