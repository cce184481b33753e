#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <map>
#include <string>

#include "diorama/picture.h"
#include "image/number_files.h"

namespace diorama::image {

// Every channel of a float .exr as it stands, by its name in the file: "ViewLayer.DiffDir.R".
// Throws Error: not_found, unreadable, unsupported (no EXR), too_large.
[[nodiscard]] std::map<std::string, NumberMap> read_named_channels(
    const std::filesystem::path& file, const PictureLimits& limits = {});

}  // namespace diorama::image
