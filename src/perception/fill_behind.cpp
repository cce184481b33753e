#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

#include "core/parallel.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "perception/bilinear.h"
#include "perception/working_copy.h"

namespace diorama {
namespace {

// The hole is filled on a copy with this long side. Its inside is seen only where the subject moves
// away from it, and there a soft fill is kinder to the eye than invented detail.
constexpr int kWorkingSide = 480;
// More of the subject than this makes a pixel unknown.
constexpr float kSubject = 0.01F;
constexpr double kInpaintRadius = 4.0;
// So far into the hole, in pixels of the copy, the lines around it are carried on.
constexpr float kLinesReach = 16.0F;
const cv::Vec3b kUnknown(128, 128, 128);
// Beyond the hole, in pixels of the copy: up to here the fill alone is shown, so that no fringe of
// the subject is left, and from there on the picture alone.
constexpr float kSeamBegin = 1.0F;
constexpr float kSeamEnd = 2.5F;

// All at the copy's size.
struct Fill {
    cv::Mat_<cv::Vec4f> colour;  // straight RGBA, 0…1
    cv::Mat_<float> distance;    // from the hole; 0 in it
};

Size working_size(Size picture) {
    const double scale =
        std::min(1.0, static_cast<double>(kWorkingSide) / std::max(picture.width, picture.height));
    return {std::max(1, cvRound(picture.width * scale)),
            std::max(1, cvRound(picture.height * scale))};
}

// 255 where any pixel under a pixel of the copy holds some of the subject.
cv::Mat_<uchar> find_hole(const Matte& matte, Size size) {
    cv::Mat_<uchar> subject = as_mat(matte) > kSubject;
    if (size != matte.size()) {
        // Of an area average only what is nothing at all rounds to zero.
        cv::Mat_<float> share;
        subject.convertTo(share, CV_32F);
        cv::resize(share, share, {size.width, size.height}, 0, 0, cv::INTER_AREA);
        subject = share > 0;
    }
    return subject;
}

// A smooth fill from all around: weighted averages on ever smaller copies, down to one pixel, and
// back up into what is unknown.
cv::Mat_<cv::Vec4f> spread(const cv::Mat_<cv::Vec4f>& known) {
    if (known.rows == 1 && known.cols == 1) return known;
    cv::Mat_<cv::Vec4f> half;
    const cv::Size half_size((known.cols + 1) / 2, (known.rows + 1) / 2);
    cv::resize(known, half, half_size, 0, 0, cv::INTER_AREA);
    // A little weight from farther out rounds off the blocks of the averages.
    cv::GaussianBlur(half, half, {3, 3}, 0);
    for (auto& pixel : half)
        if (pixel[3] > 0) pixel *= std::min(1.0F, pixel[3] * 4) / pixel[3];
    cv::Mat_<cv::Vec4f> filled;
    cv::resize(spread(half), filled, known.size(), 0, 0, cv::INTER_LINEAR);
    for (int y = 0; y < known.rows; ++y)
        for (int x = 0; x < known.cols; ++x)
            filled(y, x) = known(y, x) + filled(y, x) * (1.0F - known(y, x)[3]);
    return filled;
}

cv::Mat_<cv::Vec3b> fill_smoothly(const cv::Mat_<cv::Vec3b>& colours, const cv::Mat_<uchar>& hole) {
    cv::Mat_<cv::Vec4f> known(colours.size(), cv::Vec4f::all(0));
    for (int y = 0; y < colours.rows; ++y)
        for (int x = 0; x < colours.cols; ++x)
            if (!hole(y, x)) {
                const auto& c = colours(y, x);
                known(y, x) = {float(c[0]), float(c[1]), float(c[2]), 1.0F};
            }
    const auto spread_out = spread(known);
    cv::Mat_<cv::Vec3b> filled(colours.size());
    for (int y = 0; y < colours.rows; ++y)
        for (int x = 0; x < colours.cols; ++x) {
            const auto& c = spread_out(y, x);
            const float scale = c[3] > 0 ? 1.0F / c[3] : 0.0F;
            for (int k = 0; k < 3; ++k) filled(y, x)[k] = cv::saturate_cast<uchar>(c[k] * scale);
        }
    return filled;
}

// Beside what is known its lines are carried on; deeper in the hole they would run wild, and a
// smooth fill takes their place.
cv::Mat_<cv::Vec3b> fill_hole(const cv::Mat_<cv::Vec3b>& colours, const cv::Mat_<uchar>& hole) {
    cv::Mat_<cv::Vec3b> near, far = fill_smoothly(colours, hole);
    cv::inpaint(colours, hole, near, kInpaintRadius, cv::INPAINT_TELEA);
    cv::Mat_<float> depth;
    cv::distanceTransform(hole, depth, cv::DIST_L2, cv::DIST_MASK_5);
    for (int y = 0; y < colours.rows; ++y)
        for (int x = 0; x < colours.cols; ++x) {
            const float t = std::clamp(depth(y, x) / kLinesReach, 0.0F, 1.0F);
            const float smooth = t * t * (3 - 2 * t);
            for (int c = 0; c < 3; ++c)
                near(y, x)[c] = cv::saturate_cast<uchar>(
                    near(y, x)[c] + smooth * (float(far(y, x)[c]) - near(y, x)[c]));
        }
    return near;
}

Fill fill_copy(const Image& picture, const Matte& matte) {
    const Size size = working_size(picture.size());
    cv::Mat colours = perception::working_copy(picture, size);
    const cv::Mat_<uchar> hole = find_hole(matte, size);

    Fill fill;
    cv::distanceTransform(hole == 0, fill.distance, cv::DIST_L2, cv::DIST_MASK_5);
    const cv::Mat_<uchar> shown = fill.distance <= kSeamBegin;
    cv::Mat_<uchar> unknown = shown.clone();
    cv::Mat alpha(colours.size(), CV_8U, cv::Scalar(255));
    if (picture.alpha() != AlphaKind::none) {
        perception::working_alpha(picture, size).convertTo(alpha, CV_8U, 255);
        unknown |= alpha == 0;
    }
    if (cv::countNonZero(shown == 0) == 0)
        alpha.setTo(picture.alpha() == AlphaKind::none ? 255 : 0);
    else if (picture.alpha() != AlphaKind::none)
        cv::inpaint(alpha, shown, alpha, kInpaintRadius, cv::INPAINT_TELEA);
    if (cv::countNonZero(unknown == 0) == 0)
        colours.setTo(kUnknown);
    else
        colours = fill_hole(colours, unknown);

    fill.colour.create(colours.size());
    for (int y = 0; y < colours.rows; ++y)
        for (int x = 0; x < colours.cols; ++x) {
            const auto& c = colours.at<cv::Vec3b>(y, x);
            fill.colour(y, x) = cv::Vec4f(c[0], c[1], c[2], alpha.at<uchar>(y, x)) * (1.0F / 255);
        }
    return fill;
}

template <class T>
void lay_in(const Fill& fill, Image& picture, const RunContext& run) {
    constexpr float kWhite = std::numeric_limits<T>::max();
    const int channels = picture.channels();
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const perception::EnlargedRow colour(fill.colour, picture.size(), y);
            const perception::EnlargedRow distance(fill.distance, picture.size(), y);
            T* pixel = picture.row<T>(y);
            for (int x = 0; x < picture.width(); ++x, pixel += channels) {
                const float t = (distance.at(x) - kSeamBegin) / (kSeamEnd - kSeamBegin);
                if (t >= 1.0F) continue;
                const float own = t <= 0.0F ? 0.0F : t * t * (3 - 2 * t);
                cv::Vec4f filled = colour.at(x);
                if (picture.alpha() == AlphaKind::premultiplied)
                    for (int c = 0; c < 3; ++c) filled[c] *= filled[3];
                for (int c = 0; c < channels; ++c)
                    pixel[c] = cv::saturate_cast<T>(own * static_cast<float>(pixel[c]) +
                                                    (1 - own) * filled[c] * kWhite);
            }
        }
    });
}

}  // namespace

Image fill_behind(const Image& picture, const Matte& matte, const RunContext& run) {
    perception::require_same_size(picture, matte);
    const Fill fill = fill_copy(picture, matte);
    run.throw_if_stopped();
    Image filled = picture;
    if (picture.sample_type() == SampleType::u8)
        lay_in<std::uint8_t>(fill, filled, run);
    else
        lay_in<std::uint16_t>(fill, filled, run);
    return filled;
}

}  // namespace diorama
