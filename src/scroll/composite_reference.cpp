#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "scroll/composite.h"

namespace diorama::scroll {
namespace {

// The window of an endless strip, sampled bilinearly.
cv::Mat cut_window(const Image& period, double x_px, double y_px, Size size) {
    const int width = period.width();
    const double start = x_px - std::floor(x_px / width) * width;
    cv::Mat tiled;
    const int tiles = static_cast<int>((start + size.width + 1) / width) + 1;
    cv::repeat(as_mat(period), 1, tiles, tiled);
    const cv::Matx23d affine(1, 0, -start, 0, 1, -y_px);
    cv::Mat window;
    cv::warpAffine(tiled, window, affine, cv::Size(size.width, size.height), cv::INTER_LINEAR,
                   cv::BORDER_REPLICATE);
    return window;
}

// out = src + out·(1 − src alpha), both premultiplied, in floats as the paper has it.
template <class T>
void blend_over(const cv::Mat& source, cv::Mat_<cv::Vec4f>& out, const RunContext& run) {
    constexpr float kMax = std::numeric_limits<T>::max();
    core::parallel_rows(run, out.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const T* src = source.ptr<T>(y);
            float* to = out.ptr<float>(y);
            for (int x = 0; x < out.cols; ++x, src += 4, to += 4) {
                const float rest = 1 - static_cast<float>(src[3]) / kMax;
                for (int c = 0; c < 4; ++c) to[c] = static_cast<float>(src[c]) + to[c] * rest;
            }
        }
    });
}

}  // namespace

void composite_reference(const std::vector<Image>& periods, const View& view, Image& frame,
                         const RunContext& run) {
    cv::Mat_<cv::Vec4f> blended(frame.height(), frame.width(), cv::Vec4f::all(0));
    for (std::size_t n = 0; n < periods.size(); ++n) {
        const cv::Mat window = cut_window(periods[n], view.x_px[n], view.y_px, frame.size());
        if (frame.sample_type() == SampleType::u8)
            blend_over<std::uint8_t>(window, blended, run);
        else
            blend_over<std::uint16_t>(window, blended, run);
    }
    const auto gain = static_cast<float>(view.gain);
    for (auto& pixel : blended)
        pixel = {pixel[0] * gain, pixel[1] * gain, pixel[2] * gain, pixel[3]};
    cv::Mat out = as_mat(frame);
    blended.convertTo(out, out.depth());
}

}  // namespace diorama::scroll
