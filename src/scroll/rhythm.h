#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <vector>

#include "diorama/image.h"

namespace diorama::scroll {

// What changes over time besides the scrolling: light and a shaking camera. Both complete whole
// cycles in a loop.

// Smooth random brightness: control points between 0.8 and 1.05, joined by a cubic curve.
class Lighting {
 public:
    // `strength` 0 is constant light, 1 the paper's.
    Lighting(int seed, double strength);
    // By how much colours are multiplied; `phase` 0…1 of the loop.
    [[nodiscard]] double gain(double phase) const;

 private:
    std::vector<double> points_;
};

struct Displacement {
    double x_px = 0;
    double y_px = 0;
};

// The camera's shaking, as the paper's undulating terrain.
class Shake {
 public:
    // `strength` 1 is the paper's, for a picture that is `scale` times the paper's size.
    Shake(double strength, double scale, double duration_s);
    [[nodiscard]] Displacement at(double phase) const;
    // The largest displacements that there can be.
    [[nodiscard]] Displacement reach() const;

 private:
    double amount_px_;
    double duration_s_;
};

}  // namespace diorama::scroll
