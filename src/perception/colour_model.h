#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/run.h"

namespace diorama::perception {

// A map as a local function of colour: near each pixel, value = a·rgb + b with rgb in 0…1; stored
// as (a_r, a_g, a_b, b). These are the coefficients of the guided filter (He et al., 2010), kept
// so that they can be found on a small copy and applied to the whole picture.
using ColourModel = cv::Mat_<cv::Vec4f>;

// Fits `values` to `colours` (both of one size, colours 0…1) in windows of the radius. A larger
// `smoothness` follows colours less. Only the neighbourhood of pixels set in `where` is fitted.
[[nodiscard]] ColourModel fit_colour_model(const cv::Mat_<cv::Vec3f>& colours,
                                           const cv::Mat_<float>& values,
                                           const cv::Mat_<uchar>& where, int radius_px,
                                           float smoothness, const RunContext& run);

}  // namespace diorama::perception
