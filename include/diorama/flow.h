#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/perception/README.md

#include <filesystem>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/model.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

// How far a pixel moves in one direction, in pixels.
using FlowMap = Map<struct FlowKind>;

// Where each pixel of one picture is found in another of the same size: what lies at (x, y) there
// lies at (x + dx, y + dy) here.
struct Flow {
    FlowMap dx{};
    FlowMap dy{};
    [[nodiscard]] Size size() const { return dx.size(); }
};

enum class FlowPreset { fast, medium };
template <>
inline constexpr Choice<FlowPreset> kChoices<FlowPreset>[] = {
    {FlowPreset::fast, "fast", "down to a quarter of the pictures' size"},
    {FlowPreset::medium, "medium", "down to half of it"}};

// Dense flow by inverse search (DIS: Kroeger et al., "Fast Optical Flow using Dense Inverse
// Search", 2016), on brightness. Very large pictures are compared at about four megapixels.
// Throws Error: mismatch (pictures of two sizes), cancelled.
[[nodiscard]] DIORAMA_API Flow estimate_flow(const Image& from, const Image& to,
                                             FlowPreset preset = FlowPreset::medium,
                                             const RunContext& run = {});

// Flow by a network at the network's own size. Where a network of one fixed size fits the pictures
// better when they lie on their side, they are turned for it.
// Throws Error: mismatch (also a model of another task), model, cancelled.
[[nodiscard]] DIORAMA_API Flow estimate_flow(const Model& model, const Image& from, const Image& to,
                                             const RunContext& run = {});

// How far to trust flow, by following it there and back. With f the flow there, b the flow back as
// read where f leads (linearly between pixels), and e = |f + b| the distance by which a pixel
// misses itself: 2^(-e² / (0.01·(|f|² + |b|²) + 0.5)), and 0 where f leads out of the picture, half
// a pixel or more beyond its outermost ones. So 0.5 is where Sundaram, Brox and Keutzer ("Dense
// Point Trajectories", 2010) call a pixel hidden.
// Throws Error: mismatch, for two sizes.
[[nodiscard]] DIORAMA_API Confidence flow_confidence(const Flow& there, const Flow& back,
                                                     const RunContext& run = {});

// The other picture brought onto the one that the flow starts from: pixel (x, y) is read at
// (x + dx, y + dy), linearly; beyond the border its nearest pixel counts.
// Throws Error: mismatch, for two sizes.
[[nodiscard]] DIORAMA_API Image warp_by_flow(const Image& to, const Flow& flow,
                                             const RunContext& run = {});

// Colours for looking at flow, as Middlebury's benchmark draws it: the hue is the direction (right
// is red), white is rest. What moves as far as the 99th percentile has full colour, what moves
// farther is darker.
[[nodiscard]] DIORAMA_API Image draw_flow(const Flow& flow);

// Writes .flo (Middlebury's: exact) or .exr (floats, dx in R and dy in G: exact), or draw_flow in
// any other format of pictures. Throws Error: usage (empty), unsupported, unwritable.
DIORAMA_API void write_flow(const std::filesystem::path& file, const Flow& flow);

}  // namespace diorama
