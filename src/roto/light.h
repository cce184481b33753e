#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/image.h"

namespace diorama::roto {

// The picture in 8 bits and three channels.
[[nodiscard]] cv::Mat_<cv::Vec3b> as_bytes(const Image& picture);

// How much light each pixel gives, linear; what can be shown is 0…1 (Rec. 709).
[[nodiscard]] cv::Mat_<float> measure_light(const Image& picture);

// The light that a tenth of the picture, or of its subject, is brighter than.
[[nodiscard]] float find_full_light(const cv::Mat_<float>& light, const Matte* subject);

}  // namespace diorama::roto
