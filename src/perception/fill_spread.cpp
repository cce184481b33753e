#include "perception/fill_spread.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace diorama::perception {
namespace {

// Weighted averages on ever smaller copies, down to one pixel, and back up into what is unknown.
cv::Mat_<cv::Vec4f> pull_and_push(const cv::Mat_<cv::Vec4f>& known) {
    if (known.rows == 1 && known.cols == 1) return known;
    cv::Mat_<cv::Vec4f> half;
    const cv::Size half_size((known.cols + 1) / 2, (known.rows + 1) / 2);
    cv::resize(known, half, half_size, 0, 0, cv::INTER_AREA);
    // A little weight from farther out rounds off the blocks of the averages.
    cv::GaussianBlur(half, half, {3, 3}, 0);
    for (auto& pixel : half)
        if (pixel[3] > 0) pixel *= std::min(1.0F, pixel[3] * 4) / pixel[3];
    cv::Mat_<cv::Vec4f> filled;
    cv::resize(pull_and_push(half), filled, known.size(), 0, 0, cv::INTER_LINEAR);
    for (int y = 0; y < known.rows; ++y)
        for (int x = 0; x < known.cols; ++x)
            filled(y, x) = known(y, x) + filled(y, x) * (1.0F - known(y, x)[3]);
    return filled;
}

}  // namespace

cv::Mat_<cv::Vec4f> spread(const cv::Mat_<cv::Vec4f>& known) {
    cv::Mat_<cv::Vec4f> filled = pull_and_push(known);
    for (auto& pixel : filled)
        if (pixel[3] > 0) pixel *= 1.0F / pixel[3];
    return filled;
}

}  // namespace diorama::perception
