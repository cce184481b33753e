#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/jobs.h"

namespace diorama::pipeline {

// A film whose subject stands out of it and turns in depth while it acts, before a background that
// other frames of its scene have seen.
[[nodiscard]] JobSummary make_popout_film(const PopoutJob& job, const RunContext& run,
                                          RunMode mode);

}  // namespace diorama::pipeline
