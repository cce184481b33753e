#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>

#include "diorama/opencv.h"
#include "photo3d/camera_view.h"
#include "photo3d/light.h"

namespace diorama::photo3d {
namespace {

constexpr int kPinholes = 64;

// Spread evenly over a disc of radius 1, in a spiral.
cv::Point2d pinhole(int n) {
    const double radius = std::sqrt((n + 0.5) / kPinholes);
    const double angle = n * std::numbers::pi * (3 - std::sqrt(5.0));
    return {radius * std::cos(angle), radius * std::sin(angle)};
}

View seen_from(const View& middle, cv::Point2d offset_px, double focus) {
    View view = middle;
    view.farthest.x_px -= offset_px.x * focus;
    view.farthest.y_px -= offset_px.y * focus;
    view.nearest.x_px += offset_px.x * (1 - focus);
    view.nearest.y_px += offset_px.y * (1 - focus);
    return view;
}

}  // namespace

void draw_camera_reference(const LayeredPhoto& photo, const CameraOptions& options, double phase,
                           Image& frame, const RunContext& run) {
    CameraOptions pinhole_options = options;
    pinhole_options.aperture_percent = 0;
    const Sheets sheets = sheets_of(photo, pinhole_options, run);
    const View middle = view_at(options, photo.size, phase);
    const double radius_px = options.aperture_percent / 200 * photo.size.width;
    const int pinholes = radius_px > 0 ? kPinholes : 1;

    cv::Mat_<cv::Vec3f> light(photo.size.height, photo.size.width, cv::Vec3f());
    for (int n = 0; n < pinholes; ++n) {
        draw_sheets_reference(sheets, seen_from(middle, pinhole(n) * radius_px, options.focus),
                              frame, run);
        const cv::Mat_<cv::Vec4b> view = as_mat(frame);
        for (int y = 0; y < view.rows; ++y)
            for (int x = 0; x < view.cols; ++x)
                for (int c = 0; c < 3; ++c)
                    light(y, x)[c] += to_light(view(y, x)[c]) / static_cast<float>(pinholes);
    }
    cv::Mat_<cv::Vec4b> mean = as_mat(frame);
    for (int y = 0; y < mean.rows; ++y)
        for (int x = 0; x < mean.cols; ++x)
            for (int c = 0; c < 3; ++c) mean(y, x)[c] = to_byte(std::min(1.0F, light(y, x)[c]));
}

}  // namespace diorama::photo3d
