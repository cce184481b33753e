#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/image/README.md

// JPEG files that say of themselves that they hold two views, or depth. Each is written beside its
// target and renamed. `quality` is 1…100. All throw Error: usage (an empty picture, a quality out
// of range), mismatch (views of different sizes), unwritable.

#include <cstdint>
#include <filesystem>

#include "diorama/export.h"
#include "diorama/image.h"

namespace diorama {

// .mpo: two JPEGs one after the other with an index, as 3D cameras and televisions have them (CIPA
// DC-007, Multi-Picture Format). Readers of JPEG see the left view.
DIORAMA_API void write_mpo(const std::filesystem::path& file, const Image& left, const Image& right,
                           int quality = 95);

// How the picture of a .jps file holds the two views.
enum class JpsLayout : std::uint8_t {
    crossed,  // the right view on the left, as most such files have it
    side_by_side,
    half_side_by_side,
    top_bottom,
    half_top_bottom
};

// .jps: one JPEG of both views, with the marker (APP3, "_JPSJPS_") that tells the layout.
DIORAMA_API void write_jps(const std::filesystem::path& file, const Image& packed, JpsLayout layout,
                           int quality = 95);

// .vr.jpg: a VR180 photo as Google's "Cardboard Camera VR Photo Format" has it: the left view as a
// JPEG, its place on the sphere in XMP GPano, the right view in the extended XMP. Both views are
// square equirectangular pictures of the half sphere. Readers of JPEG see the left view.
DIORAMA_API void write_vr_photo(const std::filesystem::path& file, const Image& left,
                                const Image& right, int quality = 95);

// .depth.jpg: the picture as a JPEG, its depth map in XMP GDepth (RangeInverse, a 16-bit PNG in the
// extended XMP). Near and far are those of the model's own value, without a unit.
// Throws Error also: unwritable, for depths that are not finite.
DIORAMA_API void write_depth_photo(const std::filesystem::path& file, const Image& picture,
                                   const InverseDepth& depth, int quality = 95);

}  // namespace diorama
