#include "perception/fill_hole.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/opencv.h"
#include "perception/bilinear.h"
#include "perception/fill_far_side.h"
#include "perception/working_copy.h"

namespace diorama::perception {
namespace {

constexpr std::int64_t kWorkingPixels = 1'500'000;
constexpr int kLongestSide = 16'000;
constexpr std::int64_t kDepthPixels = 300'000;
// The hole's surroundings that are looked at: this much of its larger side, and so many pixels.
constexpr double kAround = 0.6;
constexpr int kAroundPx = 64;
// From the grown hole, the picture takes over within so many pixels.
constexpr float kSeamPx = 1.5F;
// A hole grows by no more than this fraction of the picture's mean side.
constexpr double kMostGrowth = 0.01;

cv::Rect bounds_of(const Matte& hole) {
    int left = hole.width(), right = -1, top = hole.height(), bottom = -1;
    for (int y = 0; y < hole.height(); ++y) {
        const float* row = hole.row(y);
        const auto in_hole = [](float value) { return value > kHole; };
        const float* first = std::find_if(row, row + hole.width(), in_hole);
        if (first == row + hole.width()) continue;
        const float* last = row + hole.width() - 1;
        while (!in_hole(*last)) --last;
        left = std::min(left, static_cast<int>(first - row));
        right = std::max(right, static_cast<int>(last - row));
        top = std::min(top, y);
        bottom = y;
    }
    return right < 0 ? cv::Rect() : cv::Rect(left, top, right - left + 1, bottom - top + 1);
}

cv::Rect grow(const cv::Rect& rect, int by, Size frame) {
    return cv::Rect(rect.x - by, rect.y - by, rect.width + 2 * by, rect.height + 2 * by) &
           cv::Rect(0, 0, frame.width, frame.height);
}

// How wide the hole's soft edge is: soft pixels for each pixel along its border.
double soft_edge_px(const cv::Mat_<float>& hole) {
    std::int64_t soft = 0, border = 0;
    for (int y = 0; y < hole.rows; ++y)
        for (int x = 0; x < hole.cols; ++x) {
            const float value = hole(y, x);
            if (value > kHole && value < 1 - kHole) ++soft;
            const bool inside = value >= 0.5F;
            border += (x + 1 < hole.cols && inside != (hole(y, x + 1) >= 0.5F)) ||
                      (y + 1 < hole.rows && inside != (hole(y + 1, x) >= 0.5F));
        }
    return border > 0 ? static_cast<double>(soft) / static_cast<double>(border) : 0.0;
}

cv::Mat_<uchar> cover_of(const cv::Mat_<float>& hole, double most_growth_px) {
    const cv::Mat_<uchar> unknown = hole > kHole;
    const auto grown_px = static_cast<float>(std::min(soft_edge_px(hole) / 2, most_growth_px));
    if (grown_px < 0.25F) return unknown;
    cv::Mat_<float> distance;
    cv::distanceTransform(unknown == 0, distance, cv::DIST_L2, cv::DIST_MASK_5);
    cv::Mat_<uchar> cover(hole.size());
    std::transform(distance.begin(), distance.end(), cover.begin(), [&](float away_px) {
        const float t = std::clamp((away_px - grown_px) / kSeamPx, 0.0F, 1.0F);
        return cv::saturate_cast<uchar>(255 * (1 - t * t * (3 - 2 * t)));
    });
    return cover;
}

cv::Mat bytes_of(const cv::Mat& view, cv::Size size) {
    cv::Mat small = view, bytes;
    if (view.size() != size) cv::resize(view, small, size, 0, 0, cv::INTER_AREA);
    small.convertTo(bytes, CV_8U, small.depth() == CV_16U ? 255.0 / 65535 : 1.0);
    return bytes;
}

void separate(const cv::Mat& bytes, HoleCopy& copy) {
    if (bytes.channels() == 3) {
        copy.colour = bytes;
        return;
    }
    copy.colour.create(bytes.size());
    copy.alpha.create(bytes.size());
    for (int y = 0; y < bytes.rows; ++y)
        for (int x = 0; x < bytes.cols; ++x) {
            const cv::Vec4f pixel = read_over_grey(bytes.ptr<uchar>(y) + 4 * x, 4);
            copy.alpha(y, x) = pixel[3];
            for (int c = 0; c < 3; ++c) copy.colour(y, x)[c] = cv::saturate_cast<uchar>(pixel[c]);
        }
}

// 255 where any pixel under a pixel of the copy is covered.
cv::Mat_<uchar> shrink_mask(const cv::Mat_<uchar>& cover, cv::Size size) {
    cv::Mat_<uchar> any = cover > 0;
    if (size == any.size()) return any;
    // Of an area average only what is nothing at all rounds to zero.
    cv::Mat_<float> share;
    any.convertTo(share, CV_32F);
    cv::resize(share, share, size, 0, 0, cv::INTER_AREA);
    any = share > 0;
    return any;
}

// sRGB's transfer curve (IEC 61966-2-1), 0…1 both ways.
float to_linear(float encoded) {
    return encoded <= 0.04045F ? encoded / 12.92F : std::pow((encoded + 0.055F) / 1.055F, 2.4F);
}
float to_encoded(float linear) {
    return linear <= 0.0031308F ? linear * 12.92F : 1.055F * std::pow(linear, 1 / 2.4F) - 0.055F;
}

// One pixel, opaque or premultiplied, as straight linear light and alpha.
template <class T>
cv::Vec4f read_linear(const T* pixel, int channels, bool straight) {
    constexpr float kMax = std::numeric_limits<T>::max();
    const float alpha = channels == 4 ? static_cast<float>(pixel[3]) / kMax : 1.0F;
    const float divisor = straight ? kMax : kMax * std::max(alpha, 1e-6F);
    cv::Vec4f linear(0, 0, 0, alpha);
    for (int c = 0; c < 3; ++c)
        linear[c] = to_linear(std::min(1.0F, static_cast<float>(pixel[c]) / divisor));
    return linear;
}

// The premultiplied fill over the picture's own pixel.
template <class T>
void blend(const T* fill, float cover, int channels, bool straight, T* pixel) {
    constexpr float kMax = std::numeric_limits<T>::max();
    const cv::Vec4f a = read_linear(fill, channels, false);
    const cv::Vec4f b = read_linear(pixel, channels, straight);
    const float weight_a = cover * a[3];
    const float weight_b = (1 - cover) * b[3];
    const float alpha = weight_a + weight_b;
    const float scale = straight ? kMax : kMax * alpha;
    for (int c = 0; c < 3; ++c)
        pixel[c] = cv::saturate_cast<T>(
            scale * to_encoded((weight_a * a[c] + weight_b * b[c]) / std::max(alpha, 1e-6F)));
    if (channels == 4) pixel[3] = cv::saturate_cast<T>(kMax * alpha);
}

}  // namespace

Hole find_hole(const Matte& hole) {
    const cv::Rect bounds = bounds_of(hole);
    if (bounds.empty()) return {};
    const int around =
        static_cast<int>(kAround * std::max(bounds.width, bounds.height)) + kAroundPx;
    const cv::Rect crop = grow(bounds, around, hole.size());
    const double most_growth_px = kMostGrowth * (hole.width() + hole.height()) / 2;
    return {.crop = crop, .cover = cover_of(cv::Mat_<float>(as_mat(hole)(crop)), most_growth_px)};
}

HoleCopy make_copy(const cv::Mat& view, const Hole& hole, const InverseDepth* depth, double band_px,
                   const RunContext& run) {
    Size small = limit_pixels({view.cols, view.rows}, kWorkingPixels);
    small = {std::min(small.width, kLongestSide), std::min(small.height, kLongestSide)};
    const cv::Size size(small.width, small.height);
    HoleCopy copy{.hole = shrink_mask(hole.cover, size),
                  .band_px = band_px * size.width / view.cols};
    separate(bytes_of(view, size), copy);
    if (depth == nullptr) return copy;
    cv::resize(as_mat(*depth)(hole.crop), copy.depth, size, 0, 0, cv::INTER_NEAREST);
    FarSide far = find_far_side(copy.depth, copy.hole, run);
    copy.nearer = far.nearer;
    copy.background_depth = far.depth;
    copy.tolerance = far.tolerance;
    return copy;
}

void lay_in_depth(const cv::Mat_<float>& behind, const Hole& hole, InverseDepth& depth,
                  const RunContext& run) {
    cv::Mat_<float> view = as_mat(depth)(hole.crop);
    core::parallel_rows(run, view.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const EnlargedRow row(behind, {view.cols, view.rows}, y);
            for (int x = 0; x < view.cols; ++x)
                if (hole.cover(y, x) > 0) view(y, x) = row.at(x);
        }
    });
}

void continue_behind(InverseDepth& depth, const Matte& matte, const RunContext& run) {
    const Hole hole = find_hole(matte);
    if (hole.crop.empty()) return;
    const Size size = limit_pixels({hole.crop.width, hole.crop.height}, kDepthPixels);
    cv::Mat_<float> small;
    cv::resize(as_mat(depth)(hole.crop), small, {size.width, size.height}, 0, 0, cv::INTER_NEAREST);
    lay_in_depth(find_far_side(small, shrink_mask(hole.cover, small.size()), run).depth, hole,
                 depth, run);
}

cv::Mat enlarge_fill(const cv::Mat_<cv::Vec4f>& fill, const cv::Mat& view, const RunContext& run) {
    cv::Mat enlarged(view.size(), view.type());
    visit_samples(view.depth(), [&](auto sample) {
        using T = decltype(sample);
        core::parallel_rows(run, view.rows, [&](int begin, int end) {
            for (int y = begin; y < end; ++y) {
                const EnlargedRow row(fill, {view.cols, view.rows}, y);
                for (int x = 0; x < view.cols; ++x)
                    write_over_grey(row.at(x), view.channels(),
                                    enlarged.ptr<T>(y) + x * view.channels());
            }
        });
    });
    return enlarged;
}

void lay_in(const cv::Mat& fill, const Hole& hole, Image& picture, const RunContext& run) {
    cv::Mat view = as_mat(picture)(hole.crop);
    visit_samples(view.depth(), [&](auto sample) {
        using T = decltype(sample);
        const bool straight = picture.alpha() == AlphaKind::straight;
        core::parallel_rows(run, view.rows, [&](int begin, int end) {
            for (int y = begin; y < end; ++y)
                for (int x = 0; x < view.cols; ++x) {
                    const uchar cover = hole.cover(y, x);
                    if (cover == 0) continue;
                    const T* in = fill.ptr<T>(y) + x * view.channels();
                    T* out = view.ptr<T>(y) + x * view.channels();
                    if (cover == 255 && !straight)
                        std::copy_n(in, view.channels(), out);
                    else
                        blend(in, static_cast<float>(cover) / 255, view.channels(), straight, out);
                }
        });
    });
}

}  // namespace diorama::perception
