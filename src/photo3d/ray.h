#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/motion.h"

namespace diorama::photo3d {

// Where a moved view shows each depth: a point p of the photo at inverse depth z stands at
// centre + scale(z)·(p − centre) + shift(z), both linear in z.
struct View {
    cv::Point2f centre{};
    Shift farthest{};  // of depth 0
    Shift nearest{};   // of depth 1
};

// One layer's relief. Depth has a size of its own, so that it may be coarser than the colours.
struct Relief {
    cv::Mat_<float> depth{};
    // Where the depth around a texel has a step or a fold: the nearest depth around it. Else −1.
    cv::Mat_<float> ceiling{};
    // No ray whose middle lies at a texel meets anything nearer.
    cv::Mat_<float> roof{};
    float near = 0;
    float far = 0;
};

// A straight line through space, by depth: at(z) is where it passes.
struct Line {
    cv::Point2f start{};  // at depth 0
    cv::Point2f way{};    // from depth 0 to 1
    [[nodiscard]] cv::Point2f at(float z) const { return start + way * z; }
};

// The rays of a view through one layer.
class Rays {
 public:
    Rays(const View& view, const Relief& relief, cv::Size colours, int margin_px);

    // Of a frame's point, in pixels of the layer's colours.
    [[nodiscard]] Line through(cv::Point2f point) const;
    // Where it passes half-way between near and far.
    [[nodiscard]] cv::Point2f middle(cv::Point2f point) const {
        return point * half_way_.scale + half_way_.offset;
    }
    // From there to its ends it is no farther than this, for any point of the frame.
    [[nodiscard]] float half_way_px(cv::Size frame) const;
    // The same in texels of its depth.
    [[nodiscard]] Line in_depth(const Line& line) const {
        return {{(line.start.x + 0.5F) * texels_.width - 0.5F,
                 (line.start.y + 0.5F) * texels_.height - 0.5F},
                {line.way.x * texels_.width, line.way.y * texels_.height}};
    }

 private:
    struct End {
        float depth = 0;
        float scale = 1;  // from the frame to the layer
        cv::Point2f offset{};
    };
    End near_{};
    End far_{};
    End half_way_{};
    float span_ = 1;       // from near to far
    cv::Size2f texels_{};  // of depth, to a pixel of colours
};

// What a ray sees.
struct Hit {
    float z = 0;
    // Between 0 and 1 where the ray meets no surface but the wall between a near thing and what
    // lies behind it, which a photo does not show: there the farther side, whose depth is `low` and
    // which ends where the ray is at depth `foot`, goes on as its mirror image.
    float wall = 0;
    float foot = 0;
    float low = 0;
    bool rough = false;  // it came by a step: its neighbours may see something else
};

// `line` in texels of depth.
[[nodiscard]] Hit meet(const Relief& relief, const Line& line);

}  // namespace diorama::photo3d
