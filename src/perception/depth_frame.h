#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <opencv2/core.hpp>
#include <optional>

#include "diorama/depth.h"
#include "perception/depth_results.h"

namespace diorama::perception {

// Edges are found on a copy of at most so many pixels; a larger picture's map is enlarged from it.
inline constexpr std::int64_t kFramePixels = 1'000'000;

// One picture on its way to depth: what is kept of it until the network's answer is known. That is
// a copy of at most `pixels`, however large the picture.
class DepthFrame {
 public:
    // Throws Error: mismatch, for a matte of another size.
    DepthFrame(const Image& picture, const Matte* matte, std::int64_t pixels = kFramePixels);

    // The picture for the network: what is not subject is neutral grey.
    [[nodiscard]] Image view_for_network(const RunContext& run) const;

    // Throws Error: cancelled.
    [[nodiscard]] DepthEstimate finish(const NetworkDepth& depth, const RunContext& run) const;

 private:
    [[nodiscard]] InverseDepth normalised(const cv::Mat_<float>& map,
                                          const cv::Mat_<uchar>& beyond) const;

    Size size_;
    cv::Mat_<cv::Vec3b> colours_;
    // How much of each pixel is subject; nothing where the whole picture is.
    std::optional<cv::Mat_<float>> share_;
};

}  // namespace diorama::perception
