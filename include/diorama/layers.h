#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/layers/README.md

// A subject cut into slices by depth (seed 000, II.A.4).

#include <cstdint>
#include <span>
#include <vector>

#include "diorama/export.h"
#include "diorama/image.h"
#include "diorama/run.h"

namespace diorama {

// K+1 ascending edges that cut the values of `depth` where the matte is at least one half into K
// slices of equal population. Edge j is the (100·j/K)th percentile, interpolated linearly between
// the neighbouring values. Throws Error: usage (K < 1), mismatch (sizes), and unreadable where the
// matte leaves no subject.
[[nodiscard]] DIORAMA_API std::vector<float> percentile_edges(const InverseDepth& depth,
                                                              const Matte& matte, int slices,
                                                              const RunContext& run = {});

// The slice of a value: 0 (farthest) … K−1 (nearest); values beyond the edges go to the end slices.
[[nodiscard]] DIORAMA_API int slice_of(float value, std::span<const float> edges);

// A run of pixels of one slice in one row.
struct SliceSpan {
    std::uint16_t slice = 0;
    std::uint16_t length = 0;
    std::int32_t x = 0;
};

// One picture and the slices that it falls into. The rows' spans are ordered by slice, then by x.
struct DIORAMA_API SliceStack {
    Image image{};  // RGBA, premultiplied; the subject's bounding box and perhaps a margin
    int x = 0;      // where its top left pixel lies in the frame; negative in a margin
    int y = 0;
    int slices = 0;
    std::vector<SliceSpan> spans{};
    // spans[index[row·(slices+1) + s]] is the first span of slice s in a row of the image; the
    // entry after the row's last slice ends it.
    std::vector<std::uint32_t> index{};

    [[nodiscard]] std::span<const SliceSpan> row(int image_y) const;
    [[nodiscard]] std::span<const SliceSpan> row(int image_y, int slice) const;
    // The slices from `first` to before `last`.
    [[nodiscard]] std::span<const SliceSpan> row(int image_y, int first, int last) const;
    // One slice alone: the picture where the slice is, else transparent. Of the image's size.
    [[nodiscard]] Image slice_image(int slice) const;
};

enum class Directions { along_rows, along_columns, both };

struct SliceCut {
    int slices = 100;
    // The largest way of the nearest slice against the farthest, and where it goes. Neighbouring
    // slices that move apart by a few pixels at most then overlap, as one surface, so that
    // no crack shows between them, and the picture goes on beyond the frame where the subject
    // touches its border, so that motion uncovers no straight cut. 0: slices are disjoint, as in
    // the seed.
    double way_px = 0;
    Directions directions = Directions::both;
};

// Cuts the subject out of `colours` (RGB or RGBA, straight) by the matte and slices it by depth.
// Colours, matte and depth have one size. Throws Error: usage, mismatch, unreadable (no subject).
[[nodiscard]] DIORAMA_API SliceStack cut_slices(const Image& colours, const Matte& matte,
                                                const InverseDepth& depth, const SliceCut& cut,
                                                const RunContext& run = {});

// What the subject hides of itself: where two neighbours part by more than a surface's pixels do,
// since there is a step in depth between them, the farther side goes on under the nearer one by as
// much as `cut.way_px` can bring to light, with its own colours mirrored. A stack of the same size
// and number of slices, to lie under `slices`, which were cut in the same way.
[[nodiscard]] DIORAMA_API SliceStack cut_hidden(const SliceStack& slices, const SliceCut& cut,
                                                const RunContext& run = {});

// The complete subject as a stack of a single slice, to lie under everything (seed 000's support
// layer). With `trim_px_per_fraction` > 0 its border is drawn in by |f − support_fraction| times
// that number, f being the depth fraction of the slices near by, so that it fills gaps inside the
// subject but never looks out from behind slices that have moved.
[[nodiscard]] DIORAMA_API SliceStack cut_support(const SliceStack& slices, double support_fraction,
                                                 double trim_px_per_fraction,
                                                 const RunContext& run = {});

}  // namespace diorama
