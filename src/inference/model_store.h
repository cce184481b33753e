#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>

#include "diorama/catalogue.h"
#include "inference/download.h"

namespace diorama::inference {

// As the public pull_model, with the patience that it has with servers.
void pull_model(const ModelEntry& entry, const PullOptions& options, const DownloadLimits& limits,
                const RunContext& run);

// Throws Error: mismatch, where a file of a model that is here has not the digest that the
// catalogue knows; cancelled. A file is read once, and again only after its size or its time has
// changed.
void check_before_use(const ModelEntry& entry, const RunContext& run);

// Where files lie while they are fetched: outside of the models, so that nothing unfinished is ever
// taken for one.
[[nodiscard]] std::filesystem::path partial_path(const ModelFile& file);

}  // namespace diorama::inference
