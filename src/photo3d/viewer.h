#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <string_view>

namespace diorama::photo3d {

// The script that makes <photo-3d> known to a page. web/viewer makes it, and it is part of the
// library.
[[nodiscard]] std::string_view viewer_script();

}  // namespace diorama::photo3d
