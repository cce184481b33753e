#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/image/README.md

// JPEG files that say of themselves that they hold two views. Each is written beside its target and
// renamed. `quality` is 1…100. All throw Error: usage (an empty picture, a quality out of range),
// mismatch (views of different sizes), unwritable.

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

}  // namespace diorama
