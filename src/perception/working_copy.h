#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>

#include "diorama/image.h"

namespace diorama::perception {

// Throws Error: mismatch, for a matte of another size than its picture.
void require_same_size(const Image& picture, const Matte& matte);

// `size` shrunk to at most so many pixels, its shape kept; itself where it is small enough.
[[nodiscard]] Size limit_pixels(Size size, std::int64_t max_pixels);

// The picture's colours as 8-bit RGB of this size, alpha left out (premultiplied ones are divided
// by it). What alpha hides must be told apart by the caller.
[[nodiscard]] cv::Mat_<cv::Vec3b> working_copy(const Image& picture, Size size);

// The picture's alpha, 0…1, at this size; the picture must have alpha.
[[nodiscard]] cv::Mat_<float> working_alpha(const Image& picture, Size size);

[[nodiscard]] Image as_image(const cv::Mat_<cv::Vec3b>& rgb);

// A map in another size: area average when it shrinks, linear when it grows.
[[nodiscard]] cv::Mat_<float> resize_map(const cv::Mat_<float>& map, Size size);

}  // namespace diorama::perception
