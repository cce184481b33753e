#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "diorama/popout.h"

namespace diorama::popout {

// What stands still behind the subjects: RGBA of the picture's size and sample type; premultiplied
// where options.background is transparent, else opaque. `subjects` is the union of all mattes.
// Throws Error: usage (a background word that needs a picture without one), mismatch.
// What lies behind them is good for as far as they move, `way_px`.
Image make_background(const PopoutInput& input, const Matte& subjects, const PopoutOptions& options,
                      double way_px, const RunContext& run);

}  // namespace diorama::popout
