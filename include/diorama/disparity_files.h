#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/stereo/README.md

#include <filesystem>

#include "diorama/disparity.h"
#include "diorama/export.h"
#include "diorama/picture.h"

namespace diorama {

// Disparity in pixels as 32-bit float .exr (exact) or 16-bit grey .png, near = bright, whose
// metadata say what its codes stand for (within 1/65535 of the span). Throws Error: usage for an
// empty map, unsupported, unwritable (also for values that are not finite).
DIORAMA_API void write_disparity(const std::filesystem::path& file, const Disparity& disparity);

// Reads what write_disparity wrote, or any .exr: the channel whose name says depth, else Z, Y, R or
// the first. Throws Error as read_picture, and unreadable for values that are not finite and for
// integers without that metadata.
[[nodiscard]] DIORAMA_API Disparity read_disparity(const std::filesystem::path& file,
                                                   const PictureLimits& limits = {});

// The local maps of equation 3 from an .exr of floats: channels `vs` and `vt`, either of which may
// be missing, also of a layer. Throws Error as read_picture, unsupported (no .exr), and unreadable
// for a file without either.
[[nodiscard]] DIORAMA_API Brushstrokes read_brushstrokes(const std::filesystem::path& file,
                                                         const PictureLimits& limits = {});

}  // namespace diorama
