#include "scroll/picture_edge.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/core.hpp>
#include <vector>

#include "diorama/opencv.h"

namespace diorama::scroll {
namespace {

// A frame is looked for in this part of a side's length.
constexpr double kOuter = 0.02;
// Its lines differ by more than this part of the brightness beside them.
constexpr double kDifference = 0.15;

// The brightness of each line along one side; `dimension` as in cv::reduce.
std::vector<double> line_brightness(const cv::Mat& pixels, int dimension) {
    cv::Mat means;
    cv::reduce(pixels, means, dimension, cv::REDUCE_AVG, CV_64F);
    std::vector<double> lines;
    for (int i = 0; i < static_cast<int>(means.total()); ++i) {
        const double* channels =
            dimension == 0 ? means.ptr<double>(0) + i * means.channels() : means.ptr<double>(i);
        lines.push_back(channels[0] + channels[1] + channels[2]);
    }
    return lines;
}

// How many lines at the beginning are frame, with the one that mixes frame and picture.
template <class Line>
int count_frame_lines(Line line, std::ptrdiff_t length) {
    const auto outer = std::lround(kOuter * static_cast<double>(length));
    if (outer == 0) return 0;
    const double beside = std::accumulate(line + outer, line + 2 * outer, 0.0) / outer;
    long frame = 0;
    for (long i = 0; i < outer; ++i)
        if (std::abs(line[i] - beside) > kDifference * beside) frame = i + 1;
    return static_cast<int>(frame == 0 ? 0 : std::min(frame + 1, outer));
}

}  // namespace

Image mend_edges(Image picture) {
    cv::Mat pixels = as_mat(picture);
    const auto columns = line_brightness(pixels, 0);
    const auto rows = line_brightness(pixels, 1);
    const int left = count_frame_lines(columns.begin(), std::ssize(columns));
    const int right = count_frame_lines(columns.rbegin(), std::ssize(columns));
    const int top = count_frame_lines(rows.begin(), std::ssize(rows));
    const int bottom = count_frame_lines(rows.rbegin(), std::ssize(rows));
    if (left + right + top + bottom == 0) return picture;
    const cv::Rect inside(left, top, pixels.cols - left - right, pixels.rows - top - bottom);
    cv::copyMakeBorder(pixels(inside).clone(), pixels, top, bottom, left, right,
                       cv::BORDER_REFLECT);
    return picture;
}

}  // namespace diorama::scroll
