#include "perception/colour_model.h"

#include <opencv2/imgproc.hpp>

#include "core/in_parallel.h"
#include "core/parallel.h"

namespace diorama::perception {
namespace {

cv::Mat box_mean(const cv::Mat& map, int radius_px) {
    const int width = 2 * radius_px + 1;
    cv::Mat mean;
    cv::blur(map, mean, {width, width}, {-1, -1}, cv::BORDER_REFLECT);
    return mean;
}

// What a window must know: the means of colour, colour², value and colour × value.
struct Moments {
    cv::Mat_<cv::Vec3f> colour;
    cv::Mat_<cv::Vec<float, 6>> colour_products;  // rr, rg, rb, gg, gb, bb
    cv::Mat_<cv::Vec4f> value_products;           // vr, vg, vb, v
};

Moments measure(const cv::Mat_<cv::Vec3f>& colours, const cv::Mat_<float>& values, int radius_px,
                const RunContext& run) {
    Moments m;
    m.colour_products.create(colours.size());
    m.value_products.create(colours.size());
    core::parallel_rows(run, colours.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < colours.cols; ++x) {
                const auto& c = colours(y, x);
                const float v = values(y, x);
                m.colour_products(y, x) = {c[0] * c[0], c[0] * c[1], c[0] * c[2],
                                           c[1] * c[1], c[1] * c[2], c[2] * c[2]};
                m.value_products(y, x) = {v * c[0], v * c[1], v * c[2], v};
            }
    });
    core::in_parallel(
        run, [&] { m.colour_products = box_mean(m.colour_products, radius_px); },
        [&] {
            m.colour = box_mean(colours, radius_px);
            m.value_products = box_mean(m.value_products, radius_px);
        });
    return m;
}

// Least squares of value over colour in one window: the covariance, made stiffer along its
// diagonal, is inverted by its cofactors.
cv::Vec4f solve_window(const cv::Vec3f& mean, const cv::Vec<float, 6>& products,
                       const cv::Vec4f& value_products, float smoothness) {
    const float rr = products[0] - mean[0] * mean[0] + smoothness;
    const float rg = products[1] - mean[0] * mean[1];
    const float rb = products[2] - mean[0] * mean[2];
    const float gg = products[3] - mean[1] * mean[1] + smoothness;
    const float gb = products[4] - mean[1] * mean[2];
    const float bb = products[5] - mean[2] * mean[2] + smoothness;
    const float value = value_products[3];
    const cv::Vec3f covariance{value_products[0] - value * mean[0],
                               value_products[1] - value * mean[1],
                               value_products[2] - value * mean[2]};

    const float c00 = gg * bb - gb * gb;
    const float c01 = gb * rb - rg * bb;
    const float c02 = rg * gb - gg * rb;
    const float c11 = rr * bb - rb * rb;
    const float c12 = rb * rg - rr * gb;
    const float c22 = rr * gg - rg * rg;
    const float scale = 1.0F / (rr * c00 + rg * c01 + rb * c02);
    const cv::Vec3f a{(c00 * covariance[0] + c01 * covariance[1] + c02 * covariance[2]) * scale,
                      (c01 * covariance[0] + c11 * covariance[1] + c12 * covariance[2]) * scale,
                      (c02 * covariance[0] + c12 * covariance[1] + c22 * covariance[2]) * scale};
    return {a[0], a[1], a[2], value - a.dot(mean)};
}

}  // namespace

ColourModel fit_colour_model(const cv::Mat_<cv::Vec3f>& colours, const cv::Mat_<float>& values,
                             const cv::Mat_<uchar>& where, int radius_px, float smoothness,
                             const RunContext& run) {
    const Moments m = measure(colours, values, radius_px, run);
    // Each pixel averages the models of all windows that hold it, so those must be fitted too.
    cv::Mat_<uchar> needed;
    const int width = 2 * radius_px + 1;
    cv::dilate(where, needed, cv::Mat::ones(width, width, CV_8U));
    ColourModel model(colours.size());
    core::parallel_rows(run, colours.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < colours.cols; ++x)
                model(y, x) = needed(y, x) ? solve_window(m.colour(y, x), m.colour_products(y, x),
                                                          m.value_products(y, x), smoothness)
                                           : cv::Vec4f(0, 0, 0, values(y, x));
    });
    return box_mean(model, radius_px);
}

}  // namespace diorama::perception
