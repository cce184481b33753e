#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>

#include "diorama/error.h"
#include "diorama/options.h"

namespace diorama::pipeline {

// Throws Error: usage, saying `why`, for an option that is not as usual though nothing hears it.
template <class Options>
void refuse_changed(const Options& options, const Options& usual, const std::string& why,
                    std::initializer_list<std::string_view> but_for = {}) {
    for (const auto& field : Options::fields())
        if (std::ranges::find(but_for, field.name) == but_for.end() &&
            field.get(options) != field.get(usual))
            throw Error(ErrorCode::usage, why, fmt::format("--{}", field.name));
}

}  // namespace diorama::pipeline
