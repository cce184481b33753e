#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// XMP in JPEG (XMP Specification, part 3): one packet of attributes, and an extension in as many
// segments as it needs for what is larger.

#include <cstdint>
#include <string>
#include <vector>

namespace diorama::image {

// All segments. Both texts are XML attributes with the name spaces that they use.
[[nodiscard]] std::vector<std::uint8_t> xmp_segments(const std::string& attributes,
                                                     const std::string& extension_attributes);

[[nodiscard]] std::string base64(const std::vector<std::uint8_t>& bytes);

}  // namespace diorama::image
