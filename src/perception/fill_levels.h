#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <vector>

#include "perception/fill_hole.h"
#include "perception/patchmatch.h"

namespace diorama::perception {

// One size of a picture with a hole.
struct Level {
    Features features{};
    cv::Mat_<uchar> hole{};    // 255: unknown
    cv::Mat_<uchar> nearer{};  // 255: known, but not of the background
    cv::Mat_<float> depth{};   // this and the next are empty without depth
    cv::Mat_<float> limit{};   // what is nearer is no source
};

// From the copy itself to the size on which its hole is about one patch wide, each half as large as
// the one before.
[[nodiscard]] std::vector<Level> build_levels(const HoleCopy& copy);

// What there is to do on a level.
struct Work {
    cv::Mat_<uchar> domain{};  // pixels that are painted
    cv::Mat_<float> inside{};  // how deep in it they lie
    Points targets{};          // all patches that touch it
    PatchSearch search{};
};
[[nodiscard]] Work plan(const Level& level);

}  // namespace diorama::perception
