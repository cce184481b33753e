#include "steady/sketch.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/opencv.h"

namespace diorama::steady {
namespace {

constexpr int kLongSide = 96;
constexpr int kShortestSide = 24;
constexpr int kBlock = 8;
// Brightness that differs by less is noise: blocks and frames of less contrast are even.
constexpr double kNoise = 1.5;
constexpr int kColourSteps = 8;

cv::Size sketch_size(const Image& frame) {
    const double scale = double(kLongSide) / std::max(frame.width(), frame.height());
    return {std::clamp(cvRound(scale * frame.width()), kShortestSide, kLongSide),
            std::clamp(cvRound(scale * frame.height()), kShortestSide, kLongSide)};
}

cv::Mat_<cv::Vec3b> shrink(const Image& frame) {
    cv::Mat small;
    cv::resize(as_mat(frame), small, sketch_size(frame), 0, 0, cv::INTER_AREA);
    if (small.depth() == CV_16U) small.convertTo(small, CV_8U, 1.0 / 257);
    if (small.channels() == 4) cv::cvtColor(small, small, cv::COLOR_RGBA2RGB);
    return small;
}

// Each pixel is shared between the steps nearest to it, so that a little more light does not move
// it from one to the next as a whole.
cv::Mat_<float> count_colours(const cv::Mat_<cv::Vec3b>& pixels) {
    cv::Mat_<float> counts(1, kColourSteps * kColourSteps * kColourSteps, 0.0F);
    const float weight = 1.0F / static_cast<float>(pixels.total());
    for (const cv::Vec3b& pixel : pixels) {
        int low[3];
        float share[3];
        for (int c = 0; c < 3; ++c) {
            const float step = static_cast<float>(pixel[c]) * (kColourSteps - 1) / 255;
            low[c] = std::min(static_cast<int>(step), kColourSteps - 2);
            share[c] = step - static_cast<float>(low[c]);
        }
        for (int corner = 0; corner < 8; ++corner) {
            int bin = 0;
            float part = weight;
            for (int c = 0; c < 3; ++c) {
                const int up = corner >> c & 1;
                bin = bin * kColourSteps + low[c] + up;
                part *= up ? share[c] : 1 - share[c];
            }
            counts(0, bin) += part;
        }
    }
    return counts;
}

struct Moments {
    double mean = 0;
    double variance = 0;
};

Moments measure(const cv::Mat_<float>& block) {
    Moments moments;
    for (int y = 0; y < block.rows; ++y)
        for (int x = 0; x < block.cols; ++x) {
            moments.mean += block(y, x);
            moments.variance += double(block(y, x)) * block(y, x);
        }
    const double count = static_cast<double>(block.total());
    moments.mean /= count;
    moments.variance = std::max(0.0, moments.variance / count - moments.mean * moments.mean);
    return moments;
}

double correlation(const cv::Mat_<float>& a, const Moments& of_a, const cv::Mat_<float>& b) {
    const Moments of_b = measure(b);
    double product = 0;
    for (int y = 0; y < a.rows; ++y)
        for (int x = 0; x < a.cols; ++x) product += double(a(y, x)) * b(y, x);
    const double covariance = product / static_cast<double>(a.total()) - of_a.mean * of_b.mean;
    const double noise = kNoise * kNoise / 2;
    return covariance / std::sqrt((of_a.variance + noise) * (of_b.variance + noise));
}

double find_again(const cv::Mat_<float>& block, const Moments& moments, cv::Point at,
                  const cv::Mat_<float>& in, cv::Size reach) {
    constexpr double kTheSame = 0.97;
    double best = correlation(block, moments, in({at.x, at.y, kBlock, kBlock}));
    if (best > kTheSame) return best;
    const int last_y = std::min(at.y + reach.height, in.rows - kBlock);
    const int last_x = std::min(at.x + reach.width, in.cols - kBlock);
    for (int y = std::max(0, at.y - reach.height); y <= last_y; ++y)
        for (int x = std::max(0, at.x - reach.width); x <= last_x; ++x)
            best = std::max(best, correlation(block, moments, in({x, y, kBlock, kBlock})));
    return best;
}

// Blocks count by their contrast. Nothing where there is none.
double share_found(const Sketch& from, const Sketch& to, cv::Size reach) {
    double found = 0;
    double weight = 0;
    for (int y = 0; y + kBlock <= from.brightness.rows; y += kBlock)
        for (int x = 0; x + kBlock <= from.brightness.cols; x += kBlock) {
            const cv::Mat_<float> block = from.brightness({x, y, kBlock, kBlock});
            const Moments moments = measure(block);
            const double contrast = std::sqrt(moments.variance);
            if (contrast < kNoise) continue;
            found += contrast * find_again(block, moments, {x, y}, to.brightness, reach);
            weight += contrast;
        }
    return weight > 0 ? found / weight : 0;
}

// A little motion within two shots does not make their mixture another.
cv::Mat_<float> blur(const cv::Mat_<float>& brightness) {
    constexpr double kSigmaPx = 2;
    cv::Mat_<float> blurred;
    cv::GaussianBlur(brightness, blurred, {}, kSigmaPx);
    return blurred;
}

}  // namespace

Sketch draw_sketch(const Image& frame) {
    const cv::Mat_<cv::Vec3b> small = shrink(frame);
    Sketch sketch{.colours = count_colours(small)};
    cv::Mat grey;
    cv::cvtColor(small, grey, cv::COLOR_RGB2GRAY);
    grey.convertTo(sketch.brightness, CV_32F);
    const Moments moments = measure(sketch.brightness);
    sketch.mean = moments.mean;
    sketch.contrast = std::sqrt(moments.variance);
    return sketch;
}

double structure_change(const Sketch& from, const Sketch& to, Reach reach) {
    if (from.contrast < kNoise && to.contrast < kNoise) return 0;
    const cv::Size reach_px = reach == Reach::next_frame ? cv::Size(8, 6) : cv::Size(24, 12);
    const double found = share_found(from, to, reach_px) + share_found(to, from, reach_px);
    return 1 - std::clamp(found / 2, 0.0, 1.0);
}

double colour_change(const Sketch& from, const Sketch& to) {
    return cv::norm(from.colours, to.colours, cv::NORM_L1) / 2;
}

Mixture unmix(const Sketch& frame, const Sketch& first, const Sketch& second) {
    const cv::Mat_<float> apart = blur(first.brightness - second.brightness);
    const cv::Mat_<float> here = blur(frame.brightness - second.brightness);
    const double square = apart.dot(apart);
    if (square <= 0) return {};
    const double share = std::clamp(here.dot(apart) / square, 0.0, 1.0);
    const cv::Mat_<float> rest = here - share * apart;
    return {.first = share, .rest = rest.dot(rest) / square};
}

}  // namespace diorama::steady
