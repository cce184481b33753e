#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "perception/fill_levels.h"

namespace diorama::perception {

// How much each patch counts: the more, the better its match fits and the closer it is to what is
// known. Where `sharpness` is large, only the best of those around a pixel counts.
[[nodiscard]] cv::Mat_<float> weigh(const PatchField& field, const Work& work, double sharpness);

// Paints the pixels of the domain with the mean of what the matches of the patches around them
// show.
void vote(Features& features, const PatchField& field, const cv::Mat_<float>& weights,
          const cv::Mat_<uchar>& domain, const RunContext& run);

// What is mixed into the votes at the end.
struct Correction {
    cv::Mat_<cv::Vec4f> smooth{};  // the smooth fill, colours over grey and alpha
    cv::Mat_<float> share{};       // how much of it
    cv::Mat_<cv::Vec3f> offset{};  // added to the rest
};

// The same vote over the picture itself, which may be larger than the field.
[[nodiscard]] cv::Mat vote_picture(const cv::Mat& view, const PatchField& field,
                                   const cv::Mat_<float>& weights, const cv::Mat_<uchar>& domain,
                                   const Correction& correction, const RunContext& run);

}  // namespace diorama::perception
