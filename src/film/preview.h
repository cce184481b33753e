#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "film/make_film.h"

namespace diorama::film {

// The frame that is shown at `time` of the input, as it is in the film but for what its scene's
// more distant frames may have to do with it. Throws Error: usage (no frame there), and what the
// effect throws.
[[nodiscard]] Drawn draw_preview(const Work& work, Seconds time, const RunContext& run);

}  // namespace diorama::film
