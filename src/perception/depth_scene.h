#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// A depth whose edges are known, for tests of what makes edges sharper.

#include <opencv2/imgproc.hpp>

namespace diorama::perception::testing {

// A slope with a box that stands out of it.
inline cv::Mat_<float> make_truth(cv::Size size) {
    cv::Mat_<float> truth(size);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x)
            truth(y, x) = 0.5F * static_cast<float>(y) / static_cast<float>(size.height);
    truth(cv::Rect(size.width / 4, size.height / 4, size.width / 2, size.height / 2)) += 0.6F;
    return truth;
}

inline cv::Mat_<float> smear(const cv::Mat_<float>& map, double sigma_px) {
    cv::Mat_<float> smeared;
    cv::GaussianBlur(map, smeared, {}, sigma_px);
    return smeared;
}

inline double mean_difference(const cv::Mat_<float>& a, const cv::Mat_<float>& b) {
    return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total());
}

}  // namespace diorama::perception::testing
