#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <array>
#include <cstdint>
#include <vector>

#include "diorama/photo3d.h"

namespace diorama::photo3d {

// One layer as a surface in space, seen from the origin down the negative z axis, y upwards.
struct ReliefMesh {
    std::vector<std::array<float, 3>> places{};
    std::vector<std::array<float, 2>> texture{};  // of the layer's colours, 0…1 from the top left
    std::vector<std::uint32_t> triangles{};  // three corners each, anticlockwise from the front
};

// The camera that took the photo, for whom the surfaces are the photo.
struct PhotoCamera {
    double width_deg = 50;  // the angle of the photo's width
    double nearest = 1;     // how far away depth 1 is, and depth 0
    double farthest = 4;

    [[nodiscard]] double distance_of(double depth) const {
        return 1 / (1 / farthest + depth * (1 / nearest - 1 / farthest));
    }
    // In the photo's pixels.
    [[nodiscard]] double focal_px(Size photo) const;
};

// What shows something of layer `number`, cut where its depth has a step: there one sees past it to
// the layers behind.
[[nodiscard]] ReliefMesh make_relief_mesh(const LayeredPhoto& photo, std::size_t number,
                                          const PhotoCamera& camera);

}  // namespace diorama::photo3d
