#include <algorithm>
#include <limits>
#include <opencv2/imgproc.hpp>

#include "core/in_parallel.h"
#include "core/parallel.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "perception/bilinear.h"
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
constexpr float kSpread = 0.03F;

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
    NearbyColour subject;
    NearbyColour around;
    core::in_parallel(
        run, [&] { subject = average_nearby(colours, trimap.inside, reach_px); },
        [&] { around = average_nearby(colours, trimap.outside, reach_px); });
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

// The pixel of the small copy over which a pixel of the picture lies.
int small_index(int at, int whole, int small) {
    return static_cast<int>((at + 0.5) * small / whole);
}

// Applies the small copy's model to the whole picture's colours, where the trimap left it open.
template <class T>
void apply_model(const Image& picture, const ColourModel& model, const cv::Mat_<uchar>& open,
                 Matte& matte, const RunContext& run) {
    constexpr float kWhite = std::numeric_limits<T>::max();
    const int channels = picture.channels();
    core::parallel_rows(run, picture.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const perception::EnlargedRow models(model, picture.size(), y);
            const uchar* is_open = open[small_index(y, picture.height(), open.rows)];
            const T* colour = picture.row<T>(y);
            float* alpha = matte.row(y);
            for (int x = 0; x < picture.width(); ++x, colour += channels) {
                if (!is_open[small_index(x, picture.width(), open.cols)]) continue;
                const cv::Vec4f m = models.at(x);
                const float seen =
                    (m[0] * colour[0] + m[1] * colour[1] + m[2] * colour[2]) / kWhite + m[3];
                // The fit spreads a little over both ends; what is nearly all is all.
                alpha[x] = std::clamp((seen - kSpread) / (1 - 2 * kSpread), 0.0F, 1.0F);
            }
        }
    });
}

// The settled parts become exactly one and nothing.
void settle(Matte& matte, const Trimap& trimap, const RunContext& run) {
    core::parallel_rows(run, matte.height(), [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const int v = small_index(y, matte.height(), trimap.open.rows);
            float* alpha = matte.row(y);
            for (int x = 0; x < matte.width(); ++x) {
                const int u = small_index(x, matte.width(), trimap.open.cols);
                if (!trimap.open(v, u)) alpha[x] = trimap.inside(v, u) ? 1.0F : 0.0F;
            }
        }
    });
}

int default_radius(Size picture) {
    return std::max(2, cvRound(kDefaultRadius * (picture.width + picture.height) / 2));
}

}  // namespace

Matte refine_matte(const Matte& coarse, const Image& picture, int radius_px,
                   const RunContext& run) {
    perception::require_same_size(picture, coarse);
    if (radius_px <= 0) radius_px = default_radius(picture.size());
    const Size working = perception::limit_pixels(picture.size(), kWorkingPixels);
    const int radius =
        std::max(1, cvRound(radius_px * static_cast<double>(working.width) / picture.width()));

    const cv::Mat_<float> small = resize_map(as_mat(coarse), working);
    const Trimap trimap = make_trimap(small, radius);
    Matte matte = coarse;
    settle(matte, trimap, run);
    if (cv::countNonZero(trimap.open) == 0) return matte;
    cv::Mat_<cv::Vec3f> colours;
    perception::working_copy(picture, working).convertTo(colours, CV_32F, 1.0 / 255);
    const auto guess = guess_from_colours(colours, small, trimap, radius, run);
    run.throw_if_stopped();
    const auto model = perception::fit_colour_model(colours, guess, trimap.open,
                                                    std::max(1, radius / 2), kSmoothness, run);
    run.throw_if_stopped();
    if (picture.sample_type() == SampleType::u8)
        apply_model<std::uint8_t>(picture, model, trimap.open, matte, run);
    else
        apply_model<std::uint16_t>(picture, model, trimap.open, matte, run);
    return matte;
}

}  // namespace diorama
