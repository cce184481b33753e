#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/perception/README.md

#include <string_view>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/model.h"
#include "diorama/run.h"

namespace diorama {

struct DepthEstimate {
    InverseDepth inverse_depth;
    Confidence confidence;
    // Where the confidence comes from: "model", or "heuristic" (exp(-10·|∇depth|), seed 000).
    std::string_view confidence_source;
};

// Depth of a picture, at the picture's size (seed 000, II.A.3).
//
// With a matte (or where the picture has alpha of its own) pixels outside it are filled with
// neutral grey before the network sees them, and the normalisation counts only the subject's
// pixels. Outside the subject the map continues the nearest subject pixel.
// The network's small map is brought to the picture's size along the picture's edges.
// Throws Error: mismatch (a matte of another size, a model of another task), model, cancelled.
[[nodiscard]] DIORAMA_API DepthEstimate estimate_depth(const Model& model, const Image& picture,
                                                       const Matte* matte = nullptr,
                                                       const RunContext& run = {});

// Rescales so that the 2nd percentile of the values becomes 0 and the 98th 1; with a matte, only
// values where it is at least one half count. `scale` and `offset` follow. A flat map becomes 0.5.
DIORAMA_API void normalise(InverseDepth& depth, const Matte* matte = nullptr);

// Depth made for the whole picture often bleeds over the subject's border, so that a rim of the
// subject would stay behind when it moves. Where the rim of normalised depth lies clearly farther
// away than the subject inside of it, it takes the depth of the inside; outside of the subject the
// map continues the nearest subject pixel. estimate_depth does so by itself.
// Throws Error: mismatch, cancelled.
DIORAMA_API void keep_rim_with_subject(InverseDepth& depth, const Matte& matte,
                                       const RunContext& run = {});

// exp(-10·|∇depth|) of normalised depth, as in seed 000's code.
[[nodiscard]] DIORAMA_API Confidence heuristic_confidence(const InverseDepth& depth);

// Colours for looking at a map: "turbo", "inferno", "viridis", "magma" or "grey". Values are
// clipped to 0…1. Throws Error: usage, for another name.
[[nodiscard]] DIORAMA_API Image colour_map(const InverseDepth& depth, std::string_view name);

}  // namespace diorama
