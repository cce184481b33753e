#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>
#include <vector>

#include "core/in_parallel.h"
#include "core/parallel.h"
#include "perception/bilinear.h"
#include "perception/fill_methods.h"
#include "perception/fill_spread.h"

namespace diorama::perception {
namespace {

constexpr double kInpaintRadiusPx = 4;
// So far into the hole the lines around it are carried on; deeper they would run wild, and a smooth
// fill takes their place.
constexpr float kLinesReachPx = 16;

cv::Mat_<cv::Vec4f> spread_known(const cv::Mat_<cv::Vec3b>& values,
                                 const cv::Mat_<uchar>& unknown) {
    cv::Mat_<cv::Vec4f> known(values.size(), cv::Vec4f::all(0));
    for (int y = 0; y < values.rows; ++y)
        for (int x = 0; x < values.cols; ++x)
            if (!unknown(y, x)) {
                const auto& value = values(y, x);
                known(y, x) = cv::Vec4f(value[0], value[1], value[2], 1);
            }
    return spread(known);
}

void lay_in_smooth(const cv::Mat_<cv::Vec4f>& smooth, const cv::Mat_<uchar>& where,
                   cv::Mat_<cv::Vec3b>& colour) {
    for (int y = 0; y < colour.rows; ++y)
        for (int x = 0; x < colour.cols; ++x)
            if (where(y, x))
                for (int c = 0; c < 3; ++c)
                    colour(y, x)[c] = cv::saturate_cast<uchar>(smooth(y, x)[c]);
}

// Part by part, each with as much around it as decides what stands in it: OpenCV's front is a
// sorted list, so that long rims cost the square of their length, and knows one thread. Parts have
// a fixed size, so the number of threads changes nothing.
cv::Mat_<cv::Vec3b> carry_lines_on(const cv::Mat_<cv::Vec3b>& picture, const cv::Mat_<uchar>& rim,
                                   const RunContext& run) {
    constexpr int kPartPx = 256;
    constexpr int kAroundPx = static_cast<int>(kLinesReachPx + kInpaintRadiusPx);
    const cv::Rect everything({0, 0}, picture.size());
    const int columns = (picture.cols + kPartPx - 1) / kPartPx;
    const int rows = (picture.rows + kPartPx - 1) / kPartPx;
    cv::Mat_<cv::Vec3b> lines = picture.clone();
    core::parallel_rows(run, rows * columns, [&](int begin, int end) {
        for (int n = begin; n < end; ++n) {
            const cv::Rect part = everything & cv::Rect(n % columns * kPartPx,
                                                        n / columns * kPartPx, kPartPx, kPartPx);
            if (cv::countNonZero(rim(part)) == 0) continue;
            const cv::Rect seen =
                everything & cv::Rect(part.x - kAroundPx, part.y - kAroundPx,
                                      part.width + 2 * kAroundPx, part.height + 2 * kAroundPx);
            cv::Mat filled;
            cv::inpaint(picture(seen), rim(seen), filled, kInpaintRadiusPx, cv::INPAINT_TELEA);
            filled(part - seen.tl()).copyTo(lines(part));
        }
    });
    return lines;
}

// Of what is unknown besides the hole only what lines into it come by.
cv::Mat_<uchar> where_lines_go(const cv::Mat_<uchar>& hole, const cv::Mat_<float>& inside) {
    constexpr int kSide = 2 * static_cast<int>(kInpaintRadiusPx) + 1;
    cv::Mat_<uchar> around;
    cv::dilate(hole, around, cv::Mat::ones(kSide, kSide, CV_8U));
    return around & (inside > 0) & (inside <= kLinesReachPx);
}

cv::Mat_<cv::Vec3b> fill_colour(const cv::Mat_<cv::Vec3b>& picture, const cv::Mat_<uchar>& unknown,
                                const cv::Mat_<uchar>& hole, const RunContext& run) {
    cv::Mat_<cv::Vec3b> colour = picture.clone();
    cv::Mat_<float> inside;
    cv::Mat_<uchar> rim;
    core::in_parallel(
        run, [&] { lay_in_smooth(spread_known(picture, unknown), unknown, colour); },
        [&] {
            cv::distanceTransform(unknown, inside, cv::DIST_L2, cv::DIST_MASK_5);
            rim = where_lines_go(hole, inside);
        });
    const cv::Mat_<cv::Vec3b> lines = carry_lines_on(colour, rim, run);
    core::parallel_rows(run, colour.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < colour.cols; ++x) {
                if (!rim(y, x)) continue;
                const float t = std::clamp(inside(y, x) / kLinesReachPx, 0.0F, 1.0F);
                const float smooth = t * t * (3 - 2 * t);
                const cv::Vec3f mixed =
                    cv::Vec3f(colour(y, x)) * smooth + cv::Vec3f(lines(y, x)) * (1 - smooth);
                colour(y, x) = mixed;
            }
    });
    return colour;
}

// As colours are filled, so that alpha and what is premultiplied by it stay together.
cv::Mat_<float> fill_alpha(const cv::Mat_<float>& alpha, const cv::Mat_<uchar>& unknown,
                           const cv::Mat_<uchar>& hole, const RunContext& run) {
    cv::Mat bytes, grey;
    alpha.convertTo(bytes, CV_8U);
    cv::merge(std::vector<cv::Mat>{bytes, bytes, bytes}, grey);
    cv::Mat_<float> filled;
    cv::extractChannel(cv::Mat_<cv::Vec3f>(fill_colour(grey, unknown, hole, run)), filled, 0);
    return filled;
}

}  // namespace

cv::Mat_<cv::Vec4f> fill_copy_smoothly(const HoleCopy& copy, const RunContext& run) {
    // What is nearer than the background is as unknown as the hole itself.
    const cv::Mat_<uchar> unknown =
        copy.nearer.empty() ? copy.hole : cv::Mat_<uchar>(copy.hole | copy.nearer);
    cv::Mat_<cv::Vec3b> colour(unknown.size(), cv::Vec3b::all(kGrey));
    cv::Mat_<float> alpha(unknown.size(), copy.alpha.empty() ? 255.0F : 0.0F);
    if (cv::countNonZero(unknown == 0) > 0) {
        colour = fill_colour(copy.colour, unknown, copy.hole, run);
        if (!copy.alpha.empty()) alpha = fill_alpha(copy.alpha, unknown, copy.hole, run);
    }
    cv::Mat_<cv::Vec4f> fill;
    cv::Mat parts[] = {cv::Mat_<cv::Vec3f>(colour), alpha};
    cv::merge(parts, 2, fill);
    return fill;
}

cv::Mat fill_smoothly(const cv::Mat& view, const HoleCopy& copy, const RunContext& run) {
    const cv::Mat_<cv::Vec4f> fill = fill_copy_smoothly(copy, run);
    run.throw_if_stopped();
    return enlarge_fill(fill, view, run);
}

}  // namespace diorama::perception
