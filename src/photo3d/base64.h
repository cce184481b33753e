#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <span>
#include <string>

namespace diorama::photo3d {

// As data addresses and Content-Security-Policy have it, padded.
[[nodiscard]] std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace diorama::photo3d
