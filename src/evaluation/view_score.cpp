#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/evaluation.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "evaluation/known.h"

namespace diorama {
namespace {

constexpr float kHole = 0.01F;  // more of a pixel than this is the fill's
constexpr float kStepPx = 1;    // a larger difference between neighbours is an edge of depth
constexpr int kNearPx = 3;

constexpr double kWhite = 255;
constexpr int kWindowPx = 11;  // SSIM's window and constants, as its authors have them
constexpr double kWindowSigma = 1.5;
constexpr double kFirst = 0.01 * kWhite * (0.01 * kWhite);
constexpr double kSecond = 0.03 * kWhite * (0.03 * kWhite);

// RGB in 0…255, without alpha; 16 bits keep their fractions.
cv::Mat_<cv::Vec3f> as_floats(const Image& image) {
    const cv::Mat samples = as_mat(image);
    cv::Mat colours = samples;
    if (image.channels() == 4) cv::cvtColor(samples, colours, cv::COLOR_RGBA2RGB);
    cv::Mat_<cv::Vec3f> floats;
    colours.convertTo(floats, CV_32F, image.sample_type() == SampleType::u8 ? 1 : 1 / 257.0);
    return floats;
}

double find_psnr(const cv::Mat_<cv::Vec3f>& made, const cv::Mat_<cv::Vec3f>& truth,
                 const cv::Mat_<uchar>& where) {
    constexpr double kLeastError = 1e-6;  // equal pictures have a number, too: 108 dB
    const double norm = cv::norm(made, truth, cv::NORM_L2SQR, where);
    const double error = norm / (3.0 * cv::countNonZero(where));
    return 10 * std::log10(kWhite * kWhite / std::max(error, kLeastError));
}

cv::Mat_<float> blur(const cv::Mat& map) {
    cv::Mat_<float> blurred;
    cv::GaussianBlur(map, blurred, {kWindowPx, kWindowPx}, kWindowSigma, kWindowSigma);
    return blurred;
}

// Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004,
// equation 13, of brightness.
double find_ssim(const cv::Mat_<cv::Vec3f>& made, const cv::Mat_<cv::Vec3f>& truth,
                 const cv::Mat_<uchar>& where) {
    cv::Mat x;
    cv::Mat y;
    cv::cvtColor(made, x, cv::COLOR_RGB2GRAY);
    cv::cvtColor(truth, y, cv::COLOR_RGB2GRAY);
    const cv::Mat mean_x = blur(x);
    const cv::Mat mean_y = blur(y);
    const cv::Mat variances =
        blur(x.mul(x)) - mean_x.mul(mean_x) + blur(y.mul(y)) - mean_y.mul(mean_y);
    const cv::Mat covariance = blur(x.mul(y)) - mean_x.mul(mean_y);
    const cv::Mat above = (2 * mean_x.mul(mean_y) + kFirst).mul(2 * covariance + kSecond);
    const cv::Mat below =
        (mean_x.mul(mean_x) + mean_y.mul(mean_y) + kFirst).mul(variances + kSecond);
    return cv::mean(above / below, where)[0];
}

// The columns of the right view that the left view can show.
cv::Mat_<uchar> find_shared_columns(const Disparity& left) {
    const auto [least, most] = std::ranges::minmax(left.values());
    const int width = left.width();
    const int begin = std::clamp(static_cast<int>(std::ceil(-least)), 0, width);
    const int end = std::clamp(width - static_cast<int>(std::ceil(most)), begin, width);
    cv::Mat_<uchar> shared = cv::Mat_<uchar>::zeros(left.height(), width);
    shared.colRange(begin, end).setTo(1);
    return shared;
}

// Pixels near a hole or a step of disparity.
cv::Mat_<uchar> find_edges(const View& view) {
    cv::Mat_<uchar> edges = as_mat(view.hole) > kHole;
    for (int y = 0; y < edges.rows; ++y) {
        const float* row = view.disparity.row(y);
        for (int x = 0; x + 1 < edges.cols; ++x)
            if (std::abs(row[x] - row[x + 1]) > kStepPx) edges(y, x) = edges(y, x + 1) = 1;
    }
    cv::dilate(edges, edges,
               cv::getStructuringElement(cv::MORPH_RECT, {2 * kNearPx + 1, 2 * kNearPx + 1}));
    return edges;
}

}  // namespace

std::optional<ViewScore> compare_views(const View& made, const Image& truth,
                                       const Disparity& left) {
    evaluation::require_same_size(made.picture.size(), truth.size());
    evaluation::require_same_size(left.size(), truth.size());
    const cv::Mat_<cv::Vec3f> found = as_floats(made.picture);
    const cv::Mat_<cv::Vec3f> real = as_floats(truth);
    const cv::Mat_<uchar> shared = find_shared_columns(left);
    const cv::Mat_<uchar> holes = (as_mat(made.hole) > kHole) & shared;
    const cv::Mat_<uchar> visible = shared & ~holes;
    const cv::Mat_<uchar> edges = find_edges(made) & visible;
    if (cv::countNonZero(visible) == 0) return {};
    ViewScore score{
        .psnr_db = find_psnr(found, real, shared),
        .psnr_visible_db = find_psnr(found, real, visible),
        .ssim_visible = find_ssim(found, real, visible),
        .hole_share = static_cast<double>(cv::countNonZero(holes)) / cv::countNonZero(shared)};
    if (cv::countNonZero(edges) > 0) score.psnr_edges_db = find_psnr(found, real, edges);
    return score;
}

}  // namespace diorama
