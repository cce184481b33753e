#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/photo3d/README.md

// A photo that moves in a web page (seed 002): parted into layers, each completed where a nearer
// one hides it, and written with the viewer <photo-3d> as one page or as files for a web server.

#include <filesystem>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/fill.h"
#include "diorama/image.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace diorama {

struct Photo3dOptions {
    double shift_percent = 3;
    double focus = 0.5;
    int layers = 4;

    static DIORAMA_API const std::vector<Field<Photo3dOptions>>& fields();
};

// One surface of a photo. Colours and depth are larger than the photo by the margin at each side.
struct PhotoLayer {
    Image colours{};       // RGBA, straight; of the farthest layer RGB
    InverseDepth depth{};  // goes on without a step where the layer is transparent
};

struct LayeredPhoto {
    Size size{};        // of the photo
    int margin_px = 0;  // by which the layers go on beyond it, so that no motion shows their border
    double shift_percent = 0;
    double focus = 0;
    std::vector<PhotoLayer> layers{};  // the farthest first; depth 0 is the farthest, 1 the nearest
};

// Parts the photo where its depth has steps, into as many layers as those ask for and the options
// allow. Drawn over one another the layers are the photo. Each goes on behind nearer ones for as
// far as the shift can bring to light; `filler` makes up what it shows there.
// A point at depth z moves by shift · (z − focus) of the width when the view goes all the way.
// Throws Error: usage, mismatch, and what filling throws.
[[nodiscard]] DIORAMA_API LayeredPhoto split_photo(const Image& photo, const InverseDepth& depth,
                                                   const Photo3dOptions& options,
                                                   const Filler& filler,
                                                   const RunContext& run = {});

struct PageOptions {
    std::string title{};
    std::string alt{};
    int quality = 80;

    static DIORAMA_API const std::vector<Field<PageOptions>>& fields();
};

// One HTML file that needs nothing else: opened from disk, or from any host. It runs the script
// that it holds and no other, and asks nothing of the network.
// Throws Error: usage, unwritable.
DIORAMA_API void write_photo_page(const std::filesystem::path& file, const LayeredPhoto& photo,
                                  const PageOptions& options = {}, const RunContext& run = {});

// The same as files for a web server: index.html, the script, the manifest and the textures. A
// browser shows only the flat photo when it opens them from disk. The folder must exist.
// Throws Error: usage, unwritable.
DIORAMA_API void write_photo_bundle(const std::filesystem::path& folder, const LayeredPhoto& photo,
                                    const PageOptions& options = {}, const RunContext& run = {});

// A glTF scene (.glb) for Blender and viewers of models: each layer as a surface with the photo's
// colours, cut where its depth has steps, and the camera for which it all is the photo.
// `quality` is that of the farthest layer's colours, 1…100. Throws Error: unwritable.
DIORAMA_API void write_photo_gltf(const std::filesystem::path& file, const LayeredPhoto& photo,
                                  int quality = 90);

// The photo and, beside it, name_depth.png, white = near, as Facebook takes 3D photos.
// Throws Error: usage, unsupported, unwritable.
DIORAMA_API void write_photo_pair(const std::filesystem::path& file, const Image& photo,
                                  const InverseDepth& depth, int quality = 95);
[[nodiscard]] DIORAMA_API std::filesystem::path depth_file_of_pair(
    const std::filesystem::path& photo);

// The photo as the layers show it, RGB: what a page shows before its script runs.
[[nodiscard]] DIORAMA_API Image flatten(const LayeredPhoto& photo);

}  // namespace diorama
