#include "stereo/half_sphere.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"

namespace diorama::stereo {
namespace {

constexpr double kEyesApart_m = 0.063;
constexpr int kLargestOwnSide = 4096;  // two of these are the widest film that headsets decode

double focal_px(Size view, const StereoFormatOptions& options) {
    return view.width / 2.0 / std::tan(options.vr_fov_deg / 2 * std::numbers::pi / 180);
}

// Where places on the sphere are found in a view that hangs flat before the eye. The place across
// depends on the column alone, the place down on both.
class Projection {
 public:
    Projection(Size view, int side, double focal_px, double shift_px)
        : view_(view), step_(std::numbers::pi / side), focal_px_(focal_px) {
        for (int x = 0; x < side; ++x) {
            const double across = angle(x);
            across_px_.push_back(focal_px * std::tan(across) - shift_px + (view.width - 1) / 2.0);
            stretch_.push_back(1 / std::cos(across));
        }
        const auto seen = [](double at, int length) {
            return at > -kReach && at < length + kReach;
        };
        int left = 0;
        while (left < side - 1 && !seen(across_px_[left], view.width)) ++left;
        int right = side;
        while (right > left + 1 && !seen(across_px_[right - 1], view.width)) --right;
        int top = 0;
        while (top < side / 2 && !seen(down_px(top, 1), view.height)) ++top;
        seen_ = {left, top, right - left, side - 2 * top};
    }

    // The only part of the sphere that the view can reach.
    [[nodiscard]] Rect seen() const { return seen_; }

    // For the columns of seen().
    void map_row(int y, float* to_x, float* to_y) const {
        for (int x = seen_.x; x < seen_.x + seen_.width; ++x) {
            *to_x++ = static_cast<float>(across_px_[x]);
            *to_y++ = static_cast<float>(
                std::clamp(down_px(y, stretch_[x]), -kReach, view_.height + kReach));
        }
    }

 private:
    static constexpr double kReach = 4;  // how far a sample feels what is beside the view

    [[nodiscard]] double angle(int pixel) const {
        return (pixel + 0.5) * step_ - std::numbers::pi / 2;
    }
    [[nodiscard]] double down_px(int y, double stretch) const {
        return focal_px_ * std::tan(angle(y)) * stretch + (view_.height - 1) / 2.0;
    }

    Size view_;
    double step_;
    double focal_px_;
    std::vector<double> across_px_;
    std::vector<double> stretch_;
    Rect seen_;
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

Image project_to_half_sphere(const Image& given, Eye eye, const StereoFormatOptions& options,
                             const RunContext& run) {
    const int side = half_sphere_side(given.size(), options);
    const Image view = no_sharper_than(side, given, options);
    const double focal = focal_px(view.size(), options);
    const Projection projection(view.size(), side, focal,
                                shift_px(eye, focal, options.vr_screen_m));
    const Rect seen = projection.seen();
    Image sphere({side, side}, view.sample_type(), view.alpha());
    cv::Mat whole = as_mat(sphere);
    core::parallel_rows(run, seen.height, [&](int begin, int end) {
        run.throw_if_stopped();
        cv::Mat to_x(end - begin, seen.width, CV_32F);
        cv::Mat to_y(end - begin, seen.width, CV_32F);
        for (int y = begin; y < end; ++y)
            projection.map_row(seen.y + y, to_x.ptr<float>(y - begin), to_y.ptr<float>(y - begin));
        cv::Mat band = whole(cv::Rect(seen.x, seen.y + begin, seen.width, end - begin));
        cv::remap(as_mat(view), band, to_x, to_y, cv::INTER_CUBIC, cv::BORDER_CONSTANT,
                  cv::Scalar::all(0));
    });
    return sphere;
}

}  // namespace diorama::stereo
