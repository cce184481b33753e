#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>

#include "diorama/job_options.h"
#include "diorama/run.h"

namespace diorama::pipeline {

// The source itself, or the photo where the source names nothing and the photo carries depth. Warns
// of depth that cannot be read.
[[nodiscard]] DepthSource or_carried(DepthSource source, const std::filesystem::path& photo,
                                     const ReadOptions& read, const RunContext& run);

}  // namespace diorama::pipeline
