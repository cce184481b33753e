#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <vector>

#include "diorama/model.h"

namespace diorama::inference {

// The size that a rule gives for a picture. Beyond a shape of 4:1 the picture is squeezed, so that
// a thin strip does not become an enormous tensor.
[[nodiscard]] Size apply_size_rule(const SizeRule& rule, Size picture);

// Which variant runs for a picture: the nearest in shape and, among those that are about as near,
// the largest. The list must not be empty.
[[nodiscard]] std::size_t choose_variant(const std::vector<ModelVariant>& variants, Size picture);

// The picture as the network wants it: `size.height` × `size.width`, RGB floats, either interleaved
// (nhwc) or as one plane under another (nchw, chw), with range, mean and deviation applied.
[[nodiscard]] cv::Mat_<float> fit_picture(const Image& picture, Size size, const ModelInput& input);

}  // namespace diorama::inference
