#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>

#include "diorama/image.h"

namespace diorama::training {

// Without alpha, 8 bits.
[[nodiscard]] Image read_rgb(const std::filesystem::path& file);

// Side by side: the picture, both in one, and the tones. Both are RGB, 8 bits, of one size.
[[nodiscard]] Image draw_preview(const Image& picture, const Image& painted);

}  // namespace diorama::training
