#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/stereo_job.h"

namespace diorama::pipeline {

// A film in stereoscopic 3D: depth that does not flicker, a zero plane and a budget that move
// smoothly within a scene, and the views of each frame.
[[nodiscard]] JobSummary make_stereo_film(const StereoJob& job, const RunContext& run,
                                          RunMode mode);

}  // namespace diorama::pipeline
