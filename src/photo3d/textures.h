#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "diorama/photo3d.h"

namespace diorama::photo3d {

// A picture as a browser reads it.
struct Texture {
    std::string name{};  // of a file: "color_0.webp"
    std::string type{};  // "image/webp"
    std::vector<std::uint8_t> bytes{};
};

struct LayerTextures {
    Texture color{};
    Texture depth{};  // white: `near`, black: `far`
    float near = 0;
    float far = 0;
};

struct Textures {
    Texture poster{};  // small and flat
    std::vector<LayerTextures> layers{};
};

// Same bytes for any number of threads. Throws Error: cancelled.
[[nodiscard]] Textures pack_textures(const LayeredPhoto& photo, int quality, const RunContext& run);

// The manifest of web/viewer; `address` says where a texture is found.
[[nodiscard]] std::string manifest_of(const LayeredPhoto& photo, const Textures& textures,
                                      const std::function<std::string(const Texture&)>& address);

}  // namespace diorama::photo3d
