#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>
#include <functional>

#include "diorama/image.h"
#include "roto/tonal_labels.h"

namespace diorama::training {

// A frame that can be labelled. Both throw Error: unreadable, naming what is missing.
struct RenderedFrame {
    std::filesystem::path name{};  // within the set, without ending
    std::function<Image()> read_picture{};
    std::function<TonalPasses()> read_passes{};
};

}  // namespace diorama::training
