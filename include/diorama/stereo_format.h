#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/stereo/README.md

// Two views in the forms that screens, headsets and glasses take.

#include <cstdint>
#include <optional>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

enum class StereoFormat : std::uint8_t {
    sbs,
    half_sbs,
    cross,
    tb,
    half_tb,
    rows,
    columns,
    checkerboard,
    left,
    right,
    pair,
    dubois,
    green_magenta,
    amber_blue,
    true_anaglyph,
    grey,
    colour,
    half_colour,
    optimised,
    rgbd,
    half_rgbd,
    vr180,
    wiggle
};
template <>
inline constexpr Choice<StereoFormat> kChoices<StereoFormat>[] = {
    {StereoFormat::sbs, "sbs", "side by side, the left view on the left"},
    {StereoFormat::half_sbs, "half-sbs", "the same in the picture's own width, as televisions ask"},
    {StereoFormat::cross, "cross", "side by side, the left view on the right, for crossed eyes"},
    {StereoFormat::tb, "tb", "the left view above the right one"},
    {StereoFormat::half_tb, "half-tb", "the same in the picture's own height"},
    {StereoFormat::rows, "rows", "rows in turn, the left view has the first"},
    {StereoFormat::columns, "columns", "columns in turn, the left view has the first"},
    {StereoFormat::checkerboard, "checkerboard", "in squares, the left view has the top left one"},
    {StereoFormat::left, "left", "the left view alone"},
    {StereoFormat::right, "right", "the right view alone"},
    {StereoFormat::pair, "pair", "two files, NAME_left and NAME_right"},
    {StereoFormat::dubois, "dubois", "anaglyph for red-cyan glasses, by least squares"},
    {StereoFormat::green_magenta, "green-magenta", "the same for green-magenta glasses"},
    {StereoFormat::amber_blue, "amber-blue", "the same for amber-blue glasses"},
    {StereoFormat::true_anaglyph, "true", "anaglyph of red and blue greys: dark, no ghosts"},
    {StereoFormat::grey, "grey", "anaglyph of red and cyan greys"},
    {StereoFormat::colour, "colour", "anaglyph of the views' own red and cyan"},
    {StereoFormat::half_colour, "half-colour", "anaglyph of a grey left and a coloured right view"},
    {StereoFormat::optimised, "optimised", "anaglyph with red made of the left green and blue"},
    {StereoFormat::rgbd, "rgbd", "the picture and, on its right, its depth, near = bright"},
    {StereoFormat::half_rgbd, "half-rgbd", "the same in the picture's own width"},
    {StereoFormat::vr180, "vr180", "side by side on the half sphere before a headset"},
    {StereoFormat::wiggle, "wiggle", "a film that goes to and fro between the eyes"},
};

struct StereoFormatOptions {
    std::optional<StereoFormat> format{};  // else the output's own: sbs for most
    double vr_fov_deg = 70;
    double vr_screen_m = 2;
    int vr_size_px = 0;

    static DIORAMA_API const std::vector<Field<StereoFormatOptions>>& fields();
};

// The size of a packed picture. Throws Error: usage, where views of such a size have no such form:
// halves of an odd side, rows of a single row.
[[nodiscard]] DIORAMA_API Size packed_size(StereoFormat format, Size view,
                                           const StereoFormatOptions& options = {});

// Both views in one picture of their sample type. Placing keeps every sample; halves are averages
// of two; rows, columns and squares are smoothed over the neighbours that they stand for. Anaglyphs
// have no alpha: colours over black. `options.format` is not looked at.
// Throws Error: usage (a size without such a form; pair, wiggle, rgbd), mismatch, cancelled.
[[nodiscard]] DIORAMA_API Image pack_views(const Image& left, const Image& right,
                                           StereoFormat format,
                                           const StereoFormatOptions& options = {},
                                           const RunContext& run = {});

// rgbd and half_rgbd: inverse depth as grey, black 0 and white 1 or what is farther and nearer.
// Throws Error: usage, mismatch.
[[nodiscard]] DIORAMA_API Image pack_depth(const Image& picture, const InverseDepth& depth,
                                           StereoFormat format);

// The two views of a packed picture: sbs, cross and tb, whole or half, each view as it is stored. A
// half view stays squeezed, which changes no percent of its width. An odd last column or row is
// left out. Throws Error: usage, for other forms and for pictures too small to hold two views.
struct SplitViews {
    Image left{};
    Image right{};
};
[[nodiscard]] DIORAMA_API SplitViews split_views(const Image& packed, StereoFormat format);

}  // namespace diorama
