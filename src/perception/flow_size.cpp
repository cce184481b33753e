#include "perception/flow_size.h"

#include <fmt/format.h>

#include <opencv2/imgproc.hpp>

#include "diorama/error.h"
#include "diorama/opencv.h"

namespace diorama::perception {
namespace {

FlowMap resize(const cv::Mat_<float>& map, Size size, double scale) {
    FlowMap resized(size);
    cv::Mat target = as_mat(resized);
    cv::resize(map, target, target.size(), 0, 0, cv::INTER_LINEAR);
    target *= scale;
    return resized;
}

}  // namespace

void require_same_size(Size from, Size to) {
    if (from == to) return;
    throw Error(ErrorCode::mismatch,
                fmt::format("the pictures are {}×{} and {}×{}; flow needs two of one size",
                            from.width, from.height, to.width, to.height));
}

Flow resize_flow(const cv::Mat_<float>& dx, const cv::Mat_<float>& dy, Size size) {
    return {resize(dx, size, static_cast<double>(size.width) / dx.cols),
            resize(dy, size, static_cast<double>(size.height) / dy.rows)};
}

}  // namespace diorama::perception
