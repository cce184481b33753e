#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <vector>

#include "diorama/tones.h"

namespace diorama::roto {

// What lies beyond a pixel's side, as the shape of one tone sees it. From `lowest` on it is a lower
// tone: the number of that tone is added.
enum class Beyond : std::uint8_t { inside, higher, frame, lowest };

// Where one tone's shape lies: on the tone's own pixels, and below what is stacked above it as far
// as that is nearer to it than to anything lower.
class Cover {
 public:
    Cover(const ToneMap& tones, Tone tone);

    [[nodiscard]] Size size() const { return size_; }
    [[nodiscard]] bool holds(int x, int y) const { return at(x, y) == Beyond::inside; }
    // `frame` outside of the picture.
    [[nodiscard]] Beyond at(int x, int y) const {
        return cells_[static_cast<std::size_t>(y + 1) * stride_ + static_cast<std::size_t>(x + 1)];
    }

 private:
    Size size_;
    std::size_t stride_;  // a cell wider on each side, as cells_ is higher
    std::vector<Beyond> cells_;
};

}  // namespace diorama::roto
