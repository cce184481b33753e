#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>
#include <string>
#include <vector>

#include "roto/rendered_frame.h"

namespace diorama::training {

// Where the passes of a render that was made elsewhere are, as most renderers write them.
struct PassNames {
    // Of the files, relative to the folder of shots: '*' stands for the frame, "{pass}" for the
    // pass ("walk/{pass}_*.png"). Without "{pass}" a file is an .exr that holds all passes.
    std::string pattern{};
    std::string picture = "Combined";
    std::string illumination = "DiffDir";  // diffuse light, with its shadows or without
    std::string shadow = "Shadow";         // white where no thing stands in the light
    std::string specular = "GlossDir";
    std::string object = "IndexOB";  // 0 where nothing is drawn; "": something is drawn everywhere
};

// Every frame whose picture fits the pattern, in order. Its passes are read as seed 003 does: dark
// in the shadow pass is a cast shadow, whatever else; dark light elsewhere is a diffuse one. Files
// of 8 or 16 bits are taken as sRGB-encoded. Reading a frame throws Error: not_found, unreadable,
// naming the pass that is missing and how to say what it is called.
// Throws Error: usage (no '*'), not_found (no frame).
[[nodiscard]] std::vector<RenderedFrame> list_passes(const std::filesystem::path& shots,
                                                     const PassNames& names,
                                                     const TonalThresholds& thresholds);

}  // namespace diorama::training
