#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>

#include "diorama/job_options.h"
#include "diorama/run.h"
#include "diorama/style.h"
#include "diorama/style_source.h"

namespace diorama::pipeline {

// Checks what can be checked without work: that files are there, may be written, and that a style
// that was saved can be read. Throws Error: usage, not_found, unreadable, unwritable.
void check(const StyleSource& source);

// The style of what the source names: as it was saved; or fitted to a picture of two views, or as
// the mean over frames of a film of them, with depth by the network of `depth` and disparity by
// matching. Throws Error: unreadable, and what reading, matching and the network throw.
[[nodiscard]] StereoStyle find_style(const StyleSource& source, const DepthSource& depth,
                                     const ReadOptions& read, const RunContext& run);

// {"s_percent": 2.5, "t_percent": -1.1}. Throws Error: unwritable.
void write_style(const std::filesystem::path& file, const StereoStyle& style);

}  // namespace diorama::pipeline
