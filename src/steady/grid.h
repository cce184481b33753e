#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>

#include "perception/working_copy.h"

namespace diorama::steady {

// A frame in colours at which flow is found: at most so many pixels.
[[nodiscard]] inline Image shrink_to(const Image& frame, std::int64_t pixels) {
    return perception::as_image(
        perception::working_copy(frame, perception::limit_pixels(frame.size(), pixels)));
}

// A pixel of one grid as a place in another that covers the same picture.
[[nodiscard]] inline float rescale(float at, int from, int to) {
    return (at + 0.5F) * static_cast<float>(to) / static_cast<float>(from) - 0.5F;
}

}  // namespace diorama::steady
