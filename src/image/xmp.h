#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// XMP in JPEG (XMP Specification, part 3): one packet of attributes, and an extension in as many
// segments as it needs for what is larger.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace diorama::image {

// All segments. Both texts are XML attributes with the name spaces that they use.
[[nodiscard]] std::vector<std::uint8_t> xmp_segments(const std::string& attributes,
                                                     const std::string& extension_attributes);

// The texts of a JPEG's packets, the extension after the first. Empty where it has none.
[[nodiscard]] std::string xmp_of(const std::vector<std::uint8_t>& jpeg);

[[nodiscard]] std::string base64(const std::vector<std::uint8_t>& bytes);

// What is no digit of base64 is passed over.
[[nodiscard]] std::vector<std::uint8_t> from_base64(std::string_view text);

}  // namespace diorama::image
