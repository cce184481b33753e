#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// Whose stereoscopic style is borrowed, for jobs that make disparity.

#include <cstdint>
#include <string>
#include <vector>

#include "diorama/export.h"
#include "diorama/options.h"

namespace diorama {

enum class StyleLayout : std::uint8_t { automatic, sbs, cross, tb };
template <>
inline constexpr Choice<StyleLayout> kChoices<StyleLayout>[] = {
    {StyleLayout::automatic, "auto",
     "as the film says, else sbs where it is wider than high and tb where it is not"},
    {StyleLayout::sbs, "sbs", "side by side, the left view on the left, whole or half"},
    {StyleLayout::cross, "cross", "side by side, the left view on the right"},
    {StyleLayout::tb, "tb", "the left view above the right one, whole or half"},
};

struct StyleSource {
    std::string style{};
    StyleLayout style_layout = StyleLayout::automatic;
    std::string save_style{};

    static DIORAMA_API const std::vector<Field<StyleSource>>& fields();
};

}  // namespace diorama
