#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/video/README.md

// Inverse depth, or disparity, in a film: 16-bit grey, lossless (FFV1 in .mkv), near = bright.

#include <cstdint>

#include "diorama/export.h"
#include "diorama/image.h"

namespace diorama {

// What the numbers are: inverse depth, or disparity in pixels of the film's width.
enum class DepthKind : std::uint8_t { inverse_depth, disparity };

// inverse depth = offset + scale · code, the code being 0 to 65535. One for all frames, so that the
// film looks steady to other programs too. As it stands, the values −1 to 3 are kept, 1/16384
// apart.
struct DepthCoding {
    float scale = 1.0F / 16384;
    float offset = -1.0F;
    DepthKind of = DepthKind::inverse_depth;
    friend bool operator==(const DepthCoding&, const DepthCoding&) = default;
};

// As a frame for a sink with such a SinkFormat::depth: the codes in each of three channels. Values
// beyond what the coding keeps become its ends.
[[nodiscard]] DIORAMA_API Image encode_depth(const InverseDepth& depth,
                                             const DepthCoding& coding = {});

// Of a frame of a film whose FilmInfo::depth is `coding`.
[[nodiscard]] DIORAMA_API InverseDepth decode_depth(const Image& frame, const DepthCoding& coding);

}  // namespace diorama
