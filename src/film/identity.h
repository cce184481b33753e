#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Whether work that was begun is the same work.

#include <filesystem>
#include <map>
#include <string>

#include "diorama/options.h"

namespace diorama::film {

// All that the frames of a film depend on, by name: "--depth-budget" is "2.5", "the input" is the
// fingerprint of a file.
using Identity = std::map<std::string, std::string>;

template <class Options>
void note(Identity& identity, const Options& options) {
    for (const auto& field : Options::fields())
        identity["--" + std::string(field.name)] = field.get(options);
}

// Size and a digest of samples all over the file ("-" is standard input); of a numbered sequence
// ("shot.%04d.exr"), the names, sizes and times of its files. Throws Error: not_found, unreadable.
[[nodiscard]] std::string fingerprint_of(const std::filesystem::path& file);

// "--depth-budget, the input": what two have not in common; empty for the same work.
[[nodiscard]] std::string differences(const Identity& one, const Identity& other);

}  // namespace diorama::film
