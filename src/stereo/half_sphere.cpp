#include "stereo/half_sphere.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

#include "diorama/opencv.h"
#include "diorama/picture.h"

namespace diorama::stereo {
namespace {

constexpr double kEyesApart_m = 0.063;
constexpr int kLargestOwnSide = 4096;  // two of these are the widest film that headsets decode

double focal_px(Size view, const StereoFormatOptions& options) {
    return view.width / 2.0 / std::tan(options.vr_fov_deg / 2 * std::numbers::pi / 180);
}

// Where a place on the sphere is found in a view that hangs flat before the eye.
struct Projection {
    Size view{};
    double focal_px = 0;
    double shift_px = 0;  // of the view, to the right

    void map_row(int side, int y, float* to_x, float* to_y) const {
        const double step = std::numbers::pi / side;
        const double down = std::tan((y + 0.5) * step - std::numbers::pi / 2);
        for (int x = 0; x < side; ++x) {
            const double across = (x + 0.5) * step - std::numbers::pi / 2;
            to_x[x] = place(std::tan(across), shift_px, view.width);
            to_y[x] = place(down / std::cos(across), 0, view.height);
        }
    }

 private:
    // Far outside is as good as just outside, and no more than remap can count to.
    [[nodiscard]] float place(double slope, double shift, int side_px) const {
        const double at = focal_px * slope - shift + (side_px - 1) / 2.0;
        return static_cast<float>(std::clamp(at, -10.0, side_px + 10.0));
    }
};

double shift_px(Eye eye, double focal_px, double screen_m) {
    const double shift = focal_px * kEyesApart_m / 2 / screen_m;
    return eye == Eye::left ? shift : -shift;
}

// remap averages nothing, so what would become smaller on the sphere is made smaller before.
Image no_sharper_than(int side, const Image& view, const StereoFormatOptions& options) {
    const double scale = side / (std::numbers::pi * focal_px(view.size(), options));
    if (scale >= 1) return view;
    const auto scaled = [&](int px) {
        return std::max(1, static_cast<int>(std::lround(px * scale)));
    };
    return resize(view, {scaled(view.width()), scaled(view.height())});
}

}  // namespace

int half_sphere_side(Size view, const StereoFormatOptions& options) {
    if (options.vr_size_px > 0) return options.vr_size_px;
    const int side = static_cast<int>(std::lround(std::numbers::pi * focal_px(view, options)));
    return std::clamp(side + side % 2, 2, kLargestOwnSide);
}

Image project_to_half_sphere(const Image& given, Eye eye, const StereoFormatOptions& options) {
    const int side = half_sphere_side(given.size(), options);
    const Image view = no_sharper_than(side, given, options);
    const double focal = focal_px(view.size(), options);
    const Projection projection{view.size(), focal, shift_px(eye, focal, options.vr_screen_m)};
    cv::Mat to_x(side, side, CV_32F);
    cv::Mat to_y(side, side, CV_32F);
    for (int y = 0; y < side; ++y)
        projection.map_row(side, y, to_x.ptr<float>(y), to_y.ptr<float>(y));
    Image sphere({side, side}, view.sample_type(), view.alpha());
    cv::Mat target = as_mat(sphere);
    cv::remap(as_mat(view), target, to_x, to_y, cv::INTER_CUBIC, cv::BORDER_CONSTANT,
              cv::Scalar::all(0));
    return sphere;
}

}  // namespace diorama::stereo
