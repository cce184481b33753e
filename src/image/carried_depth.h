#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Depth that a photo carries besides its colours.

#include <optional>

#include "diorama/image.h"
#include "image/file_bytes.h"
#include "image/file_format.h"

namespace diorama::image {

// GDepth in the XMP of a JPEG (developers.google.com/depthmap-metadata), plain or extended.
// Throws Error: unreadable, too_large, for a map that cannot be read.
[[nodiscard]] std::optional<InverseDepth> find_gdepth(const FileBytes& file,
                                                      const PictureLimits& limits);

// The auxiliary depth image of a HEIC file, near = bright.
[[nodiscard]] std::optional<InverseDepth> find_heif_depth(const FileBytes& file,
                                                          const PictureLimits& limits);

}  // namespace diorama::image
