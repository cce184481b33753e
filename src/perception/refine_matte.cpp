#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "core/parallel.h"
#include "diorama/error.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "perception/colour_model.h"
#include "perception/working_copy.h"

namespace diorama {
namespace {

using perception::ColourModel;
using perception::resize_map;

constexpr std::int64_t kWorkingPixels = 1'000'000;
constexpr float kSureInside = 0.95F;
constexpr float kSureOutside = 0.05F;
// Where nothing is known of the coarse matte, its border is trusted to this fraction of the mean
// side of the picture.
constexpr double kDefaultRadius = 0.006;
// Colours of subject and surroundings that are nearer than this (0…1) cannot be told apart.
constexpr float kColourNoise = 0.06F;
constexpr float kSmoothness = 3e-4F;

// What is settled and what the colours must decide.
struct Trimap {
    cv::Mat_<uchar> inside;
    cv::Mat_<uchar> outside;
    cv::Mat_<uchar> open;
};

cv::Mat disc(int radius_px) {
    return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * radius_px + 1, 2 * radius_px + 1});
}

// Open is what lies within the radius of a soft pixel or of the other side.
Trimap make_trimap(const cv::Mat_<float>& coarse, int radius_px) {
    Trimap map;
    cv::erode(coarse > kSureInside, map.inside, disc(radius_px), {-1, -1}, 1, cv::BORDER_REPLICATE);
    cv::erode(coarse < kSureOutside, map.outside, disc(radius_px), {-1, -1}, 1,
              cv::BORDER_REPLICATE);
    map.open = ~(map.inside | map.outside);
    return map;
}

// The mean colour of the settled pixels near each pixel, and how many there are (0…1).
struct NearbyColour {
    cv::Mat_<cv::Vec3f> colour;
    cv::Mat_<float> weight;
};

NearbyColour average_nearby(const cv::Mat_<cv::Vec3f>& colours, const cv::Mat_<uchar>& settled,
                            int radius_px) {
    NearbyColour nearby;
    cv::Mat_<cv::Vec3f> masked(colours.size(), cv::Vec3f::all(0));
    colours.copyTo(masked, settled);
    settled.convertTo(nearby.weight, CV_32F, 1.0 / 255);
    // Twice a box is nearly a Gauss: what is near counts more.
    for (int pass = 0; pass < 2; ++pass) {
        const cv::Size window(2 * radius_px + 1, 2 * radius_px + 1);
        cv::blur(masked, masked, window);
        cv::blur(nearby.weight, nearby.weight, window);
    }
    nearby.colour = masked;
    return nearby;
}

// Where an open pixel's colour lies between the subject's and the surroundings' near it says its
// alpha; where those two are alike, or neither explains it, the coarse matte speaks.
cv::Mat_<float> guess_from_colours(const cv::Mat_<cv::Vec3f>& colours,
                                   const cv::Mat_<float>& coarse, const Trimap& trimap,
                                   int radius_px, const RunContext& run) {
    const int reach_px = 2 * radius_px;
    const auto subject = average_nearby(colours, trimap.inside, reach_px);
    const auto around = average_nearby(colours, trimap.outside, reach_px);
    cv::Mat_<float> guess = coarse.clone();
    guess.setTo(1.0F, trimap.inside);
    guess.setTo(0.0F, trimap.outside);
    core::parallel_rows(run, colours.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < colours.cols; ++x) {
                if (!trimap.open(y, x)) continue;
                const float subject_weight = subject.weight(y, x);
                const float around_weight = around.weight(y, x);
                if (subject_weight < 1e-3F || around_weight < 1e-3F) continue;
                const cv::Vec3f front = subject.colour(y, x) / subject_weight;
                const cv::Vec3f back = around.colour(y, x) / around_weight;
                const cv::Vec3f line = front - back;
                const float length2 = line.dot(line);
                const float alpha = (colours(y, x) - back).dot(line) / (length2 + 1e-6F);
                const float between = std::clamp(alpha, 0.0F, 1.0F);
                const cv::Vec3f missed = colours(y, x) - (back + line * between);
                const float noise2 = kColourNoise * kColourNoise + missed.dot(missed);
                const float trust = length2 / (length2 + 4.0F * noise2);
                guess(y, x) += trust * (between - guess(y, x));
            }
    });
    return guess;
}

template <class T>
void apply_model(const Image& picture, const ColourModel& model, const cv::Mat_<uchar>& open,
                 Matte& matte, const RunContext& run) {
    const float to_unit = 1.0F / static_cast<float>(std::numeric_limits<T>::max());
    const int channels = picture.channels();
    const double scale_x = static_cast<double>(model.cols) / picture.width();
    const double scale_y = static_cast<double>(model.rows) / picture.height();
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const float v = std::clamp<float>((y + 0.5) * scale_y - 0.5, 0.0F, model.rows - 1.0F);
            const int y0 = static_cast<int>(v);
            const int y1 = std::min(y0 + 1, model.rows - 1);
            const float fy = v - y0;
            const T* rgb = picture.row<T>(y);
            float* out = matte.row(y);
            const uchar* is_open = open[static_cast<int>((y + 0.5) * scale_y)];
            for (int x = 0; x < picture.width(); ++x) {
                if (!is_open[static_cast<int>((x + 0.5) * scale_x)]) continue;
                const float u = std::clamp<float>((x + 0.5) * scale_x - 0.5, 0.0F, model.cols - 1.0F);
                const int x0 = static_cast<int>(u);
                const int x1 = std::min(x0 + 1, model.cols - 1);
                const float fx = u - x0;
                const cv::Vec4f m = (model(y0, x0) * (1 - fx) + model(y0, x1) * fx) * (1 - fy) +
                                    (model(y1, x0) * (1 - fx) + model(y1, x1) * fx) * fy;
                const T* c = rgb + x * channels;
                const float alpha = (m[0] * c[0] + m[1] * c[1] + m[2] * c[2]) * to_unit + m[3];
                out[x] = alpha;
            }
        }
    });
}

}  // namespace

Matte refine_matte(const Matte& coarse, const Image& picture, int radius_px,
                   const RunContext& run) {
    perception::require_same_size(picture, coarse);
    if (radius_px <= 0) radius_px = std::max(2, (int)std::lround(kDefaultRadius * (picture.width() + picture.height()) / 2));
    const Size working = perception::limit_pixels(picture.size(), kWorkingPixels);
    const double shrink = static_cast<double>(working.width) / picture.width();
    const int radius = std::max(1, (int)std::lround(radius_px * shrink));
    cv::Mat_<cv::Vec3f> colours;
    perception::working_copy(picture, working).convertTo(colours, CV_32F, 1.0 / 255);
    const cv::Mat_<float> small = resize_map(as_mat(coarse), working);
    const Trimap trimap = make_trimap(small, radius);
    Matte matte = coarse;
    if (cv::countNonZero(trimap.open) == 0) return matte;
    const auto guess = guess_from_colours(colours, small, trimap, radius, run);
    run.throw_if_stopped();
    const auto model = perception::fit_colour_model(colours, guess, trimap.open, std::max(1,radius/2), kSmoothness, run);
    if (picture.sample_type() == SampleType::u8) apply_model<std::uint8_t>(picture, model, trimap.open, matte, run);
    else apply_model<std::uint16_t>(picture, model, trimap.open, matte, run);
    for (float& alpha : matte.values()) alpha = std::clamp((alpha - 0.03F) / 0.94F, 0.0F, 1.0F);
    return matte;
}

}  // namespace diorama
