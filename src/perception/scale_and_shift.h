#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include "perception/depth_results.h"

namespace diorama::perception {

// The scale and shift that bring depth of one estimate closest to depth of another of the same
// frame: least squares over the pixels that neither calls sky.
class ScaleAndShift {
 public:
    // One frame as both see it.
    void add(const NetworkDepth& mine, const NetworkDepth& theirs);

    struct Fit {
        double scale = 1;
        double shift = 0;
    };
    // Where the pixels do not tell a scale (flat depth, or one that runs the other way), the scale
    // is 1 and the shift brings the means together.
    [[nodiscard]] Fit solve() const;

 private:
    double count_ = 0;
    double sum_mine_ = 0;
    double sum_theirs_ = 0;
    double sum_mine_squared_ = 0;
    double sum_product_ = 0;
};

}  // namespace diorama::perception
