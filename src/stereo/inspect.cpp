#include "diorama/inspect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/quantile.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "diorama/stereo_format.h"
#include "perception/working_copy.h"
#include "stereo/disparity_options.h"
#include "stereo/map_checks.h"

namespace diorama {
namespace stereo {
namespace {

const cv::Vec3b kInFront{255, 128, 0};
const cv::Vec3b kBehind{0, 96, 255};
const cv::Vec3b kCut{255, 0, 0};
const cv::Scalar kPaper{24, 24, 28};
const cv::Scalar kInk{230, 230, 230};
const cv::Scalar kFaint{96, 96, 104};
constexpr double kFullTintPercent = 2;  // so far from the screen a tint is at its strongest
constexpr double kStrongestTint = 0.6;

constexpr int kMarginPx = 28;
constexpr int kBins = 200;
constexpr double kLeastSpanPercent = 1;

void check(const Disparity& disparity) {
    if (disparity.empty()) throw Error(ErrorCode::usage, "is empty", "disparity");
    require_finite(disparity, "disparity");
}

cv::Mat_<cv::Vec3b> as_rgb(Image& image) {
    return as_mat(image);
}

// ---- The screen plane
// ----------------------------------------------------------------------------

void tint(cv::Mat_<cv::Vec3b>& picture, const cv::Mat_<float>& disparity) {
    const double full_px = kFullTintPercent / 100 * disparity.cols;
    for (int y = 0; y < picture.rows; ++y)
        for (int x = 0; x < picture.cols; ++x) {
            const double share =
                kStrongestTint * std::min(1.0, std::abs(disparity(y, x)) / full_px);
            const cv::Vec3b& colour = disparity(y, x) > 0 ? kInFront : kBehind;
            for (int c = 0; c < 3; ++c)
                picture(y, x)[c] =
                    cv::saturate_cast<uchar>((1 - share) * picture(y, x)[c] + share * colour[c]);
        }
}

// A white line where disparity changes its sign without a step.
void draw_screen_line(cv::Mat_<cv::Vec3b>& picture, const cv::Mat_<float>& disparity) {
    constexpr float kStepPx = 1;
    const auto crosses = [&](float a, float b) {
        return (a > 0) != (b > 0) && std::abs(a - b) < kStepPx;
    };
    for (int y = 0; y + 1 < picture.rows; ++y)
        for (int x = 0; x + 1 < picture.cols; ++x)
            if (crosses(disparity(y, x), disparity(y, x + 1)) ||
                crosses(disparity(y, x), disparity(y + 1, x)))
                picture(y, x) = {255, 255, 255};
}

void draw_cuts(cv::Mat_<cv::Vec3b>& picture, const Disparity& disparity) {
    const EdgeCuts cuts = find_edge_cuts(disparity);
    const int bar = std::max(3, picture.cols / 100);
    for (int y = 0; y < picture.rows; ++y) {
        if (cuts.left.px > 0 && disparity.at(0, y) > 0)
            picture.row(y).colRange(0, std::min(bar, picture.cols)).setTo(kCut);
        if (cuts.right.px > 0 && disparity.at(picture.cols - 1, y) > 0)
            picture.row(y).colRange(std::max(0, picture.cols - bar), picture.cols).setTo(kCut);
    }
}

// ---- The histogram
// -------------------------------------------------------------------------------

struct Axis {
    double least = 0;
    double most = 0;
    int left_px = 0;
    int width_px = 0;

    [[nodiscard]] int x(double percent) const {
        return left_px + cvRound((percent - least) / (most - least) * width_px);
    }
};

void write(cv::Mat& sheet, const std::string& text, cv::Point at, const cv::Scalar& colour) {
    cv::putText(sheet, text, at, cv::FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv::LINE_AA);
}

void draw_line(cv::Mat& sheet, const Axis& axis, double percent, const std::string& text,
               const cv::Scalar& colour) {
    if (percent < axis.least || percent > axis.most) return;
    const int x = axis.x(percent);
    cv::line(sheet, {x, kMarginPx / 2}, {x, sheet.rows - kMarginPx}, colour);
    write(sheet, text, {x + 4, kMarginPx / 2 + 10}, colour);
}

std::vector<double> count_bins(const Disparity& disparity, const Axis& axis) {
    std::vector<double> bins(kBins);
    for (const float d : disparity.values()) {
        const double percent = 100.0 * d / disparity.width();
        const double at = (percent - axis.least) / (axis.most - axis.least) * kBins;
        ++bins[static_cast<std::size_t>(std::clamp(at, 0.0, kBins - 1.0))];
    }
    return bins;
}

// Steps of 1, 2 or 5 times a power of ten, some ten of them over a span.
double choose_step(double span) {
    const double power = std::pow(10, std::floor(std::log10(span / 10)));
    for (const double step : {1.0, 2.0, 5.0})
        if (span / (step * power) <= 10) return step * power;
    return 10 * power;
}

void draw_bars(cv::Mat& sheet, const Axis& axis, const std::vector<double>& bins) {
    const double highest = *std::ranges::max_element(bins);
    const int bottom = sheet.rows - kMarginPx;
    const int height = bottom - kMarginPx;
    for (int n = 0; n < kBins; ++n) {
        const auto percent = [&](double bin) {
            return axis.least + (axis.most - axis.least) * bin / kBins;
        };
        // Roots, so that small things in front of the screen can be seen beside large backgrounds.
        const int tall = cvRound(height * std::sqrt(bins[static_cast<std::size_t>(n)] / highest));
        const cv::Vec3b& colour = percent(n + 0.5) >= 0 ? kInFront : kBehind;
        cv::rectangle(sheet, {axis.x(percent(n)), bottom - tall}, {axis.x(percent(n + 1)), bottom},
                      cv::Scalar(colour[0], colour[1], colour[2]), cv::FILLED);
    }
}

void draw_ticks(cv::Mat& sheet, const Axis& axis) {
    const int bottom = sheet.rows - kMarginPx;
    cv::line(sheet, {axis.left_px, bottom}, {axis.left_px + axis.width_px, bottom}, kInk);
    const double step = choose_step(axis.most - axis.least);
    for (double percent = std::ceil(axis.least / step) * step; percent <= axis.most;
         percent += step) {
        cv::line(sheet, {axis.x(percent), bottom}, {axis.x(percent), bottom + 4}, kInk);
        const double shown = std::abs(percent) < step / 2 ? 0 : percent;
        write(sheet, fmt::format("{:.3g}%", shown), {axis.x(percent) - 10, bottom + 18}, kInk);
    }
}

}  // namespace
}  // namespace stereo

DisparityMeasures measure_disparity(const Disparity& disparity) {
    stereo::check(disparity);
    std::vector<float> values = disparity.values();
    const double percent = 100.0 / disparity.width();
    const auto in_front = std::ranges::count_if(values, [](float d) { return d > 0; });
    return {.least_percent = percent * core::quantile(values, 0),
            .far_percent = percent * core::quantile(values, 0.02),
            .median_percent = percent * core::quantile(values, 0.5),
            .near_percent = percent * core::quantile(values, 0.98),
            .most_percent = percent * core::quantile(values, 1),
            .share_in_front = static_cast<double>(in_front) / static_cast<double>(values.size()),
            .cuts = find_edge_cuts(disparity)};
}

Image draw_screen_plane(const Image& picture, const Disparity& disparity) {
    stereo::check(disparity);
    stereo::require_size(disparity.size(), picture.size(), "disparity");
    Image plane = perception::as_image(perception::working_copy(picture, picture.size()));
    cv::Mat_<cv::Vec3b> pixels = stereo::as_rgb(plane);
    stereo::tint(pixels, as_mat(disparity));
    stereo::draw_screen_line(pixels, as_mat(disparity));
    stereo::draw_cuts(pixels, disparity);
    return plane;
}

Image draw_disparity_histogram(const Disparity& disparity, Size size,
                               const DisparityOptions& options) {
    using namespace stereo;
    constexpr Size kSmallest{240, 120};
    if (size.width < kSmallest.width || size.height < kSmallest.height)
        throw Error(ErrorCode::usage,
                    fmt::format("{}×{} is too small for a histogram", size.width, size.height));
    const Comfort comfort = parse_comfort(options.comfort);
    const DisparityMeasures measures = measure_disparity(disparity);
    const double least = std::min(measures.least_percent, 0.0) - kLeastSpanPercent / 4;
    const double most = std::max(measures.most_percent, 0.0) + kLeastSpanPercent / 4;
    const Axis axis{
        .least = least, .most = most, .left_px = kMarginPx, .width_px = size.width - 2 * kMarginPx};

    Image sheet(size, SampleType::u8, AlphaKind::none);
    cv::Mat pixels = as_mat(sheet);
    pixels.setTo(kPaper);
    draw_bars(pixels, axis, count_bins(disparity, axis));
    draw_ticks(pixels, axis);
    draw_line(pixels, axis, 0, "screen", kInk);
    draw_line(pixels, axis, comfort.behind_percent, "comfort", kFaint);
    draw_line(pixels, axis, comfort.before_percent, "comfort", kFaint);
    return sheet;
}

Image draw_inspection(const Image& left, const Image& right, const Disparity& disparity,
                      const DisparityOptions& options, const RunContext& run) {
    constexpr std::int64_t kMostPixels = 1'000'000;  // of each of the two pictures
    constexpr int kLeastWidthPx = 240;
    const Size size = perception::limit_pixels(left.size(), kMostPixels);
    const Image plane = resize(draw_screen_plane(left, disparity), size);
    const Image anaglyph = resize(
        convert(pack_views(left, right, StereoFormat::dubois, {}, run), SampleType::u8), size);
    const int width = std::max(2 * size.width, kLeastWidthPx);
    const int histogram_height = std::max(160, size.height / 3);
    Image sheet({width, size.height + histogram_height}, SampleType::u8, AlphaKind::none);
    cv::Mat pixels = as_mat(sheet);
    as_mat(plane).copyTo(pixels(cv::Rect(0, 0, size.width, size.height)));
    as_mat(anaglyph).copyTo(pixels(cv::Rect(size.width, 0, size.width, size.height)));
    as_mat(draw_disparity_histogram(disparity, {width, histogram_height}, options))
        .copyTo(pixels(cv::Rect(0, size.height, width, histogram_height)));
    return sheet;
}

}  // namespace diorama
