#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/perception/README.md

#include <memory>
#include <optional>
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
// The network's small map is brought to the picture's size along the picture's edges. Sky gets the
// farthest value of the rest and does not count in the normalisation either.
// Throws Error: mismatch (a matte of another size, a model of another task), model, cancelled.
[[nodiscard]] DIORAMA_API DepthEstimate estimate_depth(const Model& model, const Image& picture,
                                                       const Matte* matte = nullptr,
                                                       const RunContext& run = {});

// The same for large pictures, with finer edges: the network sees the whole picture and, closer,
// overlapping parts of it; low frequencies come from the whole, high ones from the parts. Takes
// some twenty times as long. Networks that see a window of frames look at the whole only.
[[nodiscard]] DIORAMA_API DepthEstimate estimate_depth_in_detail(const Model& model,
                                                                 const Image& picture,
                                                                 const Matte* matte = nullptr,
                                                                 const RunContext& run = {});

// Depth of the frames of a film, one after another. A network that sees single pictures answers at
// once; one that sees a window of frames answers up to a window later, in the order of the film:
//
//     for (each frame) {
//         stream.push(frame);
//         while (auto depth = stream.next()) use(*depth);
//     }
//     stream.finish();
//     while (auto depth = stream.next()) use(*depth);
//
// Each frame's depth is normalised by itself; `scale` and `offset` lead back to the network's own
// values, which a window network keeps in one scale for a whole shot.
// Of each frame that waits for its answer a copy of about a megapixel is kept, of the network's
// features one window: as much for a long film as for a short one.
class DIORAMA_API DepthStream {
 public:
    // The model must outlive the stream. Throws Error: mismatch, model.
    explicit DepthStream(const Model& model);
    ~DepthStream();
    DepthStream(DepthStream&&) noexcept;
    DepthStream& operator=(DepthStream&&) noexcept;

    // Takes the next frame. Throws Error as estimate_depth; the stream is then of no more use.
    void push(const Image& frame, const Matte* matte = nullptr, const RunContext& run = {});
    // Ends a shot, at a cut or at the film's end: all its frames become known, and the next frame
    // begins anew.
    void finish(const RunContext& run = {});
    // The first of the frames that are known and have not been handed over; nothing where there is
    // none. Throws Error: cancelled.
    [[nodiscard]] std::optional<DepthEstimate> next(const RunContext& run = {});

 private:
    struct State;
    std::unique_ptr<State> state_;
};

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
