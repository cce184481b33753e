#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <string>
#include <vector>

#include "diorama/scroll.h"

namespace diorama::scroll {

// The speeds that a text asks for, from the farthest plane to the nearest, in the paper's pixels a
// frame: "bg=1.5,mg=9,fg=180" for three planes, "2,5,9,30" for so many, or one number for the
// nearest plane, from which the others follow by how near they are.
// Throws Error: usage (no such list, another number of planes, speeds that fall towards the viewer,
// or all 0).
[[nodiscard]] std::vector<double> parse_speeds(const std::string& text,
                                               const std::vector<float>& nearness);

// Pixels a second of a speed in the paper's pixels a frame (of 30 a second, 1840 pixels wide), for
// a picture that is so long in the direction of the motion.
[[nodiscard]] double pixels_a_second(double speed, int length_px);

// The motion nearest to the asked speeds (pixels a second) in which every plane completes a whole
// number of periods: at least one unless it stands still, and more than a slower plane behind it.
[[nodiscard]] std::vector<PlaneMotion> close_loop(const std::vector<double>& asked_px,
                                                  double period_px, double duration_s);

}  // namespace diorama::scroll
