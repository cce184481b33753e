#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/layers/README.md

// A picture parted by depth into planes that lie behind each other: background, midground and
// foreground (seed 000, II.B.2).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/fill.h"
#include "diorama/image.h"
#include "diorama/layers.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

enum class PlaneSupport { on, whole, off };
template <>
inline constexpr Choice<PlaneSupport> kChoices<PlaneSupport>[] = {
    {PlaneSupport::on, "on",
     "a plane goes on behind nearer ones as far as its surroundings suggest"},
    {PlaneSupport::whole, "whole", "behind all of every nearer plane, as equation 3 has it"},
    {PlaneSupport::off, "off", "a plane has holes where nearer ones stood, as in the paper's test"},
};

// What no border of planes may cut in two.
enum class KeptWhole { subjects, nothing };
template <>
inline constexpr Choice<KeptWhole> kChoices<KeptWhole>[] = {
    {KeptWhole::subjects, "subjects", "each subject that the built-in network sees"},
    {KeptWhole::nothing, "nothing", "depth alone parts the picture, as in the paper"},
};

struct PlaneOptions {
    double background_percentile = 5;
    double foreground_percentile = 53;
    double background_reach = 0.06;
    std::optional<int> planes{};  // so many of equal population instead
    std::string edges{};          // "0.2,0.6": at these inverse depths instead
    PlaneSupport support = PlaneSupport::on;
    KeptWhole keep_whole = KeptWhole::subjects;

    static DIORAMA_API const std::vector<Field<PlaneOptions>>& fields();
};

// How many planes the options ask for. Throws Error: usage, for edges that are no rising list, and
// for edges and a number of planes together.
[[nodiscard]] DIORAMA_API int count_planes(const PlaneOptions& options);

// Which plane each pixel belongs to; 0 is the farthest. Planes are nested: all pixels of plane p
// and nearer ones are the support of plane p (equation 3).
struct PlaneMap {
    Size size{};
    int planes = 0;
    std::vector<std::uint8_t> plane{};
    std::vector<float> edges{};     // the inverse depths at which they part, one less than planes
    std::vector<float> nearness{};  // of each plane: the median of its inverse depth

    [[nodiscard]] std::uint8_t at(int x, int y) const {
        return plane[static_cast<std::size_t>(y) * size.width + x];
    }
};

// Lengths that the paper gives in pixels hold for its picture of 1840×1228 pixels; other pictures
// scale them by the square root of their area.
[[nodiscard]] DIORAMA_API double paper_scale(Size picture);

// Equation 2: inverse depth up to the first edge is plane 0, from the last edge on the nearest
// plane. Pixels of low confidence join the plane of the nearest confident ones.
// Throws Error: usage (edges that are no rising list), mismatch, unreadable (a flat map, or fewer
// distinct depths than planes).
[[nodiscard]] DIORAMA_API PlaneMap split_planes(const InverseDepth& depth,
                                                const Confidence& confidence,
                                                const PlaneOptions& options = {},
                                                const RunContext& run = {});

// What touches the background and is little nearer joins it, so that no border runs through a sky:
// within `background_reach` of the first edge, and several times as far across an even area of the
// picture, where there is no contour that could part the two. With `planes` or `edges` nothing
// changes. Throws Error: mismatch.
[[nodiscard]] DIORAMA_API PlaneMap extend_background(const PlaneMap& planes,
                                                     const InverseDepth& depth,
                                                     const Image& picture,
                                                     const PlaneOptions& options = {},
                                                     const RunContext& run = {});

// A subject that several planes part belongs whole to that which has most of it.
// Throws Error: mismatch.
[[nodiscard]] DIORAMA_API PlaneMap keep_whole(const PlaneMap& planes, const Matte& subject);

// The same for each connected piece of a matte that may hold several subjects.
[[nodiscard]] DIORAMA_API PlaneMap keep_pieces_whole(const PlaneMap& planes, const Matte& subjects);

// Small holes and cracks of each plane's support are closed; a pixel that two planes claim belongs
// to the nearer.
[[nodiscard]] DIORAMA_API PlaneMap close_planes(const PlaneMap& planes, const RunContext& run = {});

// Moves each plane's border to the contours of the picture near it: what lies deep inside or far
// outside stays, and the band between is decided by watershed, which stops at Canny's contours.
// A border for which that gives nothing stays, with a warning.
[[nodiscard]] DIORAMA_API PlaneMap align_planes(const PlaneMap& planes, const Image& picture,
                                                const RunContext& run = {});

// The planes as pictures of the whole picture's size, RGBA, premultiplied, the farthest first and
// opaque. Each holds nothing of the others: what a nearer plane hid is filled from its own pixels,
// and so is the soft rim by which it goes beyond its border. `motion` says how the planes will move
// against each other: what cannot come to light then is not filled.
[[nodiscard]] DIORAMA_API std::vector<Image> cut_planes(const Image& picture,
                                                        const PlaneMap& planes,
                                                        PlaneSupport support, Directions motion,
                                                        const Filler& filler,
                                                        const RunContext& run = {});

// The picture tinted by plane: blue the farthest, green between, red the nearest (figure 2b).
[[nodiscard]] DIORAMA_API Image draw_planes(const Image& picture, const PlaneMap& planes);

// The borders of the planes over the picture: `before` in green, `after` in red (figure 2d).
[[nodiscard]] DIORAMA_API Image draw_plane_borders(const Image& picture, const PlaneMap& before,
                                                   const PlaneMap& after);

}  // namespace diorama
