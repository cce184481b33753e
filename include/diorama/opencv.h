#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/image/README.md

// Zero-copy views of Diorama's types as OpenCV matrices. Header only, for programs that use OpenCV
// themselves; the matrix lives no longer than what it looks at. Channels stay RGB, never BGR.

#include <opencv2/core.hpp>

#include "diorama/image.h"

namespace diorama {

inline cv::Mat as_mat(Image& image) {
    const int depth = image.sample_type() == SampleType::u8 ? CV_8U : CV_16U;
    return {image.height(), image.width(), CV_MAKETYPE(depth, image.channels()), image.data()};
}
inline const cv::Mat as_mat(const Image& image) {
    return as_mat(const_cast<Image&>(image));
}

template <class Kind>
cv::Mat_<float> as_mat(Map<Kind>& map) {
    return {map.height(), map.width(), map.values().data()};
}
template <class Kind>
const cv::Mat_<float> as_mat(const Map<Kind>& map) {
    return as_mat(const_cast<Map<Kind>&>(map));
}

}  // namespace diorama
