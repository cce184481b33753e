#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

#include "roto/cover.h"

namespace diorama::roto {

// A closed way along sides of pixels with the covered ones on its right: around an area clockwise,
// around a hole the other way. Side i leads from corner i to the next, and from the last to the
// first.
struct Border {
    std::vector<cv::Point> corners{};
    std::vector<Beyond> beyond{};  // what lies on the left of each side
    bool is_hole = false;

    [[nodiscard]] std::ptrdiff_t length() const {
        return static_cast<std::ptrdiff_t>(corners.size());
    }
    // Counted on around the way, backwards, too.
    [[nodiscard]] cv::Point2f corner(std::ptrdiff_t i) const { return corners[wrap(i)]; }
    [[nodiscard]] cv::Point2f middle(std::ptrdiff_t side) const {
        return 0.5F * (corner(side) + corner(side + 1));
    }
    [[nodiscard]] Beyond beyond_of(std::ptrdiff_t side) const { return beyond[wrap(side)]; }

 private:
    [[nodiscard]] std::size_t wrap(std::ptrdiff_t i) const {
        return static_cast<std::size_t>((i % length() + length()) % length());
    }
};

// All borders. Pixels that touch at a corner alone belong together.
[[nodiscard]] std::vector<Border> find_borders(const Cover& cover);

}  // namespace diorama::roto
