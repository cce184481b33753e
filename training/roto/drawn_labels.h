#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>

#include "diorama/run.h"
#include "diorama/tones.h"

namespace diorama::training {

// Tones that a person has drawn over a picture, as text:
//
//     view 1270 952
//     material 0,0 1270,0 1270,952 0,952
//     cast_shadow 255,392 283,421 340,413
//
// Polygons in the order in which they lie over one another, on background, in pixels of a view of
// the picture of the size that the first line says. '#' begins a comment.
// Throws Error: not_found, unreadable, naming the line.
[[nodiscard]] ToneMap read_drawn_labels(const std::filesystem::path& file, Size picture);

// Writes NAME_tones.png for every NAME.txt of a folder whose picture, NAME.png or NAME.jpg, is in
// `pictures`, and NAME_preview.png beside it to look at.
// Throws Error: not_found (no such pair), unreadable, unwritable.
void draw_labels(const std::filesystem::path& texts, const std::filesystem::path& pictures,
                 const std::filesystem::path& folder);

}  // namespace diorama::training
