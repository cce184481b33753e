#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/perception/README.md

#include <optional>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/model.h"
#include "diorama/run.h"

namespace diorama {

// The picture's own alpha as a matte; nothing where it has none or is opaque everywhere.
[[nodiscard]] DIORAMA_API std::optional<Matte> matte_from_alpha(const Image& picture);

// The salient subject as the network sees it, refined on the picture's edges.
// Throws Error: mismatch (a model of another task), model, cancelled.
[[nodiscard]] DIORAMA_API Matte estimate_matte(const Model& model, const Image& picture,
                                               const RunContext& run = {});

// What a person points at; at least one box or one subject point.
struct SubjectHints {
    std::optional<Rect> box{};               // the subject lies inside
    std::vector<Point> subject_points{};     // on the subject
    std::vector<Point> background_points{};  // beside it
};

// The subject by GrabCut from hints, refined on the picture's edges.
// Throws Error: usage (hints outside the picture, or none).
[[nodiscard]] DIORAMA_API Matte matte_from_hints(const Image& picture, const SubjectHints& hints,
                                                 const RunContext& run = {});

// Moves the border of a coarse matte to the colour edges near it (within `radius_px`; 0: chosen by
// the picture's size) and makes it soft where the picture is. Sure inside and outside stay.
[[nodiscard]] DIORAMA_API Matte refine_matte(const Matte& coarse, const Image& picture,
                                             int radius_px = 0, const RunContext& run = {});

// The matte over the picture: subject in its colours, the rest dimmed, the border drawn (seed 000,
// figure 1b).
[[nodiscard]] DIORAMA_API Image draw_matte_overlay(const Image& picture, const Matte& matte);

// All subjects of several mattes of one size: the largest value of each pixel.
[[nodiscard]] DIORAMA_API Matte unite(const std::vector<const Matte*>& mattes);

// The subject's own colours where the matte is soft: the background's share is taken out, so that
// the subject can stand before another background without a fringe. RGB, the picture's size.
[[nodiscard]] DIORAMA_API Image subject_colours(const Image& picture, const Matte& matte,
                                                const RunContext& run = {});

}  // namespace diorama
