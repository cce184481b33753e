#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "diorama/picture.h"
#include "image/number_files.h"

namespace diorama::image {

// Every channel of a float .exr as it stands, by its name in the file: "ViewLayer.DiffDir.R".
// Throws Error: not_found, unreadable, unsupported (no EXR), too_large.
[[nodiscard]] std::map<std::string, NumberMap> read_named_channels(
    const std::filesystem::path& file, const PictureLimits& limits = {});

struct NamedLayer {
    std::string name{};  // "" is the picture that programs show which know no layers
    Image image{};
};
// A float .exr of layers of one size, whose channels are "name.R", "name.G", "name.B" and, where
// the image has alpha, "name.A": linear light, premultiplied. Throws Error: unwritable.
void write_named_layers(const std::filesystem::path& file, const std::vector<NamedLayer>& layers);

}  // namespace diorama::image
