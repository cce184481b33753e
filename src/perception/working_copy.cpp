#include "perception/working_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/error.h"
#include "diorama/opencv.h"

namespace diorama::perception {
namespace {

int choose_filter(std::int64_t pixels, Size size) {
    return size.area() < pixels ? cv::INTER_AREA : cv::INTER_LINEAR;
}

}  // namespace

void require_same_size(const Image& picture, const Matte& matte) {
    if (matte.size() != picture.size())
        throw Error(ErrorCode::mismatch,
                    fmt::format("the matte is {}x{} pixels, the picture {}x{}", matte.width(),
                                matte.height(), picture.width(), picture.height()));
}

Size limit_pixels(Size size, std::int64_t max_pixels) {
    if (size.area() <= max_pixels) return size;
    const double scale = std::sqrt(static_cast<double>(max_pixels) / size.area());
    const auto shrink = [&](int side) { return std::max(1, static_cast<int>(side * scale)); };
    return {shrink(size.width), shrink(size.height)};
}

cv::Mat_<cv::Vec3b> working_copy(const Image& picture, Size size) {
    cv::Mat small = as_mat(picture);
    if (picture.size() != size)
        cv::resize(small, small, {size.width, size.height}, 0, 0,
                   choose_filter(picture.size().area(), size));
    if (small.depth() == CV_16U) {
        cv::Mat bytes;
        small.convertTo(bytes, CV_8U, 255.0 / 65535);
        small = bytes;
    }
    cv::Mat_<cv::Vec3b> rgb(small.size());
    if (picture.alpha() == AlphaKind::premultiplied) {
        for (int y = 0; y < small.rows; ++y)
            for (int x = 0; x < small.cols; ++x) {
                const auto& in = small.at<cv::Vec4b>(y, x);
                const double scale = in[3] > 0 ? 255.0 / in[3] : 0.0;
                for (int c = 0; c < 3; ++c) rgb(y, x)[c] = cv::saturate_cast<uchar>(in[c] * scale);
            }
        return rgb;
    }
    if (small.channels() == 4)
        cv::cvtColor(small, rgb, cv::COLOR_RGBA2RGB);
    else
        small.copyTo(rgb);
    return rgb;
}

cv::Mat_<float> working_alpha(const Image& picture, Size size) {
    cv::Mat alpha;
    cv::extractChannel(as_mat(picture), alpha, 3);
    if (picture.size() != size)
        cv::resize(alpha, alpha, {size.width, size.height}, 0, 0,
                   choose_filter(picture.size().area(), size));
    cv::Mat_<float> share;
    alpha.convertTo(share, CV_32F, alpha.depth() == CV_8U ? 1.0 / 255 : 1.0 / 65535);
    return share;
}

Image as_image(const cv::Mat_<cv::Vec3b>& rgb) {
    Image image({rgb.cols, rgb.rows}, SampleType::u8, AlphaKind::none);
    cv::Mat target = as_mat(image);
    rgb.copyTo(target);
    return image;
}

cv::Mat_<float> resize_map(const cv::Mat_<float>& map, Size size) {
    if (map.cols == size.width && map.rows == size.height) return map;
    cv::Mat_<float> resized;
    cv::resize(map, resized, {size.width, size.height}, 0, 0,
               choose_filter(static_cast<std::int64_t>(map.total()), size));
    return resized;
}

}  // namespace diorama::perception
