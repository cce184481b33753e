#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/layers.h"
#include "diorama/opencv.h"

namespace diorama {
namespace layers {
namespace {

// The border is drawn in softly over this width, so that the support layer has no hard rim.
constexpr float kSoftRimPx = 2.0F;

// How far (px) the slices near each pixel move away from the support layer.
cv::Mat_<float> largest_departure(const SliceStack& slices, double support_fraction,
                                  double px_per_fraction) {
    const Size size = slices.image.size();
    cv::Mat_<float> departure(size.height, size.width, 0.0F);
    for (int y = 0; y < size.height; ++y)
        for (const SliceSpan& span : slices.row(y)) {
            const double fraction =
                slices.slices > 1 ? static_cast<double>(span.slice) / (slices.slices - 1) : 1.0;
            const auto px =
                static_cast<float>(std::abs(fraction - support_fraction) * px_per_fraction);
            float* row = departure[y];
            for (int x = span.x; x < span.x + span.length; ++x) row[x] = std::max(row[x], px);
        }
    // Pixels a little further in must keep clear of what the rim does too.
    const int reach = 2 * static_cast<int>(std::ceil(px_per_fraction / 4)) + 1;
    cv::dilate(departure, departure, cv::Mat::ones(reach, reach, CV_8U));
    return departure;
}

// Distance (px) of each pixel to the outside of the subject.
cv::Mat_<float> distance_to_rim(const Image& image) {
    // One pixel of nothing around it: a subject that fills the image still has a rim.
    cv::Mat1b inside(image.height() + 2, image.width() + 2, std::uint8_t{0});
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const bool opaque = image.sample_type() == SampleType::u8
                                    ? image.row<std::uint8_t>(y)[4 * x + 3] >= 128
                                    : image.row<std::uint16_t>(y)[4 * x + 3] >= 32768;
            inside(y + 1, x + 1) = opaque ? 255 : 0;
        }
    cv::Mat_<float> distance;
    cv::distanceTransform(inside, distance, cv::DIST_L2, cv::DIST_MASK_5);
    return distance(cv::Rect(1, 1, image.width(), image.height())).clone();
}

template <class T>
void scale_pixels(Image& image, const cv::Mat_<float>& gain, const RunContext& run) {
    core::parallel_rows(run, image.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            T* row = image.row<T>(y);
            for (int i = 0; i < 4 * image.width(); ++i)
                row[i] = static_cast<T>(std::lround(static_cast<float>(row[i]) * gain(y, i / 4)));
        }
    });
}

template <class T>
void collect_opaque_spans(SliceStack& stack) {
    for (int y = 0; y < stack.image.height(); ++y) {
        stack.index.push_back(static_cast<std::uint32_t>(stack.spans.size()));
        const T* row = stack.image.row<T>(y);
        const int width = stack.image.width();
        for (int x = 0; x < width;) {
            while (x < width && row[4 * x + 3] == 0) ++x;
            const int first = x;
            while (x < width && row[4 * x + 3] != 0) ++x;
            if (x > first) stack.spans.push_back({0, static_cast<std::uint16_t>(x - first), first});
        }
        stack.index.push_back(static_cast<std::uint32_t>(stack.spans.size()));
    }
}

}  // namespace
}  // namespace layers

SliceStack cut_support(const SliceStack& slices, double support_fraction,
                       double trim_px_per_fraction, const RunContext& run) {
    SliceStack support;
    support.image = slices.image;
    support.x = slices.x;
    support.y = slices.y;
    support.slices = 1;
    const bool u8 = support.image.sample_type() == SampleType::u8;
    if (trim_px_per_fraction > 0) {
        cv::Mat_<float> gain = layers::distance_to_rim(support.image);
        gain -= layers::largest_departure(slices, support_fraction, trim_px_per_fraction);
        gain /= layers::kSoftRimPx;
        cv::max(gain, 0.0F, gain);
        cv::min(gain, 1.0F, gain);
        if (u8)
            layers::scale_pixels<std::uint8_t>(support.image, gain, run);
        else
            layers::scale_pixels<std::uint16_t>(support.image, gain, run);
    }
    if (u8)
        layers::collect_opaque_spans<std::uint8_t>(support);
    else
        layers::collect_opaque_spans<std::uint16_t>(support);
    return support;
}

}  // namespace diorama
