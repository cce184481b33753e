#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <algorithm>
#include <cstdint>
#include <limits>
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
                                 double band_px, const RunContext& run);

// Calls `body` with a value of the sample type.
template <class Body>
void visit_samples(int depth, const Body& body) {
    if (depth == CV_8U)
        body(std::uint8_t{});
    else
        body(std::uint16_t{});
}

// What a transparent pixel shows while the hole is filled, 0…255.
inline constexpr float kGrey = 128;

// An opaque or premultiplied pixel as colour over grey and alpha, 0…255, and back.
template <class T>
[[nodiscard]] cv::Vec4f read_over_grey(const T* pixel, int channels) {
    constexpr float kScale = 255.0F / std::numeric_limits<T>::max();
    const float alpha = channels == 4 ? kScale * static_cast<float>(pixel[3]) : 255.0F;
    const float grey = kGrey * (255 - alpha) / 255;
    return {kScale * static_cast<float>(pixel[0]) + grey,
            kScale * static_cast<float>(pixel[1]) + grey,
            kScale * static_cast<float>(pixel[2]) + grey, alpha};
}
template <class T>
void write_over_grey(const cv::Vec4f& colour, int channels, T* pixel) {
    constexpr float kScale = std::numeric_limits<T>::max() / 255.0F;
    const float alpha = channels == 4 ? colour[3] : 255.0F;
    const float grey = kGrey * (255 - alpha) / 255;
    for (int c = 0; c < 3; ++c)
        pixel[c] = cv::saturate_cast<T>(kScale * std::clamp(colour[c] - grey, 0.0F, alpha));
    if (channels == 4) pixel[3] = cv::saturate_cast<T>(kScale * alpha);
}

// A fill of the copy's size, colours over grey and alpha, 0…255, in size and type of the view.
[[nodiscard]] cv::Mat enlarge_fill(const cv::Mat_<cv::Vec4f>& fill, const cv::Mat& view,
                                   const RunContext& run);

// Lays the background's depth, found on a copy of the crop, into the hole.
void lay_in_depth(const cv::Mat_<float>& behind, const Hole& hole, InverseDepth& depth,
                  const RunContext& run);

// The same for a hole of which no other copy is made.
void continue_behind(InverseDepth& depth, const Matte& hole, const RunContext& run);

// Lays the fill of the crop into the picture: linear light, premultiplied.
void lay_in(const cv::Mat& fill, const Hole& hole, Image& picture, const RunContext& run);

}  // namespace diorama::perception
