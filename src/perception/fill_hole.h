#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/fill.h"

namespace diorama::perception {

// More of the hole than this makes a pixel unknown.
inline constexpr float kHole = 0.01F;

// Where a picture is to be filled: of all its pixels only a crop around the hole is looked at.
struct Hole {
    cv::Rect crop{};          // empty: there is no hole
    cv::Mat_<uchar> cover{};  // of the crop: 255 where only the fill is seen, 0 only the picture
};
[[nodiscard]] Hole find_hole(const Matte& hole);

// The crop at a size at which a fill is found in good time.
struct HoleCopy {
    cv::Mat_<cv::Vec3b> colour{};        // over grey where the picture is transparent
    cv::Mat_<float> alpha{};             // 0…255; empty for a picture without
    cv::Mat_<uchar> hole{};              // 255: unknown
    cv::Mat_<uchar> nearer{};            // 255: known, but nearer than the background: no source
    cv::Mat_<float> depth{};             // as given; this and the next are empty without
    cv::Mat_<float> background_depth{};  // continued from the hole's far side to everywhere
    float tolerance = 0;                 // of depths that count as equally far
    double band_px = 0;                  // at this size
};
// `view` is the crop of the picture: RGB or premultiplied RGBA, 8 or 16 bits.
[[nodiscard]] HoleCopy make_copy(const cv::Mat& view, const Hole& hole, const InverseDepth* depth,
                                 double band_px);

// A fill of the copy's size, colours over grey and alpha, 0…255, in size and type of the view.
[[nodiscard]] cv::Mat enlarge_fill(const cv::Mat_<cv::Vec4f>& fill, const cv::Mat& view,
                                   const RunContext& run);

// The depth of the background, continued into the hole.
[[nodiscard]] InverseDepth continue_behind(const InverseDepth& depth, const Matte& hole,
                                           const RunContext& run);

// Lays the fill of the crop into the picture: linear light, premultiplied.
void lay_in(const cv::Mat& fill, const Hole& hole, Image& picture, const RunContext& run);

}  // namespace diorama::perception
