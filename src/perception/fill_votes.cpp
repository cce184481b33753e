#include "perception/fill_votes.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "core/parallel.h"
#include "perception/bilinear.h"

namespace diorama::perception {
namespace {

// Votes average fine detail away; so much of it is added again.
constexpr float kDetail = 0.75F;
constexpr double kDetailPx = 1;

// Calls `body(match, weight)` for each patch that holds the pixel; a match is where the pixel lies
// in the patch that was found.
template <class Body>
void for_patches_around(const PatchField& field, const cv::Mat_<float>& weights, int x, int y,
                        const Body& body) {
    for (int v = std::max(0, y - kPatchRadius); v <= std::min(weights.rows - 1, y + kPatchRadius);
         ++v)
        for (int u = std::max(0, x - kPatchRadius);
             u <= std::min(weights.cols - 1, x + kPatchRadius); ++u)
            if (const float weight = weights(v, u); weight > 0)
                body(cv::Point(field.match(v, u)[0] - u, field.match(v, u)[1] - v), weight);
}

template <class T>
void vote_rows(const cv::Mat& view, const PatchField& field, const cv::Mat_<float>& weights,
               const cv::Mat_<uchar>& domain, const Correction& correction, cv::Mat& filled,
               int begin, int end) {
    const Size size{view.cols, view.rows};
    const int channels = view.channels();
    const double scale_x = static_cast<double>(view.cols) / weights.cols;
    const double scale_y = static_cast<double>(view.rows) / weights.rows;
    for (int y = begin; y < end; ++y) {
        const EnlargedRow smooth(correction.smooth, size, y);
        const EnlargedRow share(correction.share, size, y);
        const EnlargedRow offset(correction.offset, size, y);
        const int small_y = std::min(static_cast<int>((y + 0.5) / scale_y), weights.rows - 1);
        for (int x = 0; x < view.cols; ++x) {
            const int small_x = std::min(static_cast<int>((x + 0.5) / scale_x), weights.cols - 1);
            if (!domain(small_y, small_x)) continue;
            cv::Vec4f sum;
            float total = 0;
            for_patches_around(field, weights, small_x, small_y, [&](cv::Point way, float weight) {
                const int u = std::clamp(x + cvRound(way.x * scale_x), 0, view.cols - 1);
                const int v = std::clamp(y + cvRound(way.y * scale_y), 0, view.rows - 1);
                sum += read_over_grey(view.ptr<T>(v) + u * channels, channels) * weight;
                total += weight;
            });
            cv::Vec4f pixel = smooth.at(x);
            if (total > 0) {
                const float of_smooth = share.at(x);
                const cv::Vec3f add = offset.at(x);
                const cv::Vec4f voted = sum * (1 / total) + cv::Vec4f(add[0], add[1], add[2], 0);
                pixel = pixel * of_smooth + voted * (1 - of_smooth);
            }
            write_over_grey(pixel, channels, filled.ptr<T>(y) + x * channels);
        }
    }
}

// Where the smooth fill has no share in it.
template <class T>
void raise_row(const T* soft, const EnlargedRow<float>& share, int width, T* row) {
    for (int x = 0; x < width; ++x) {
        const float detail = kDetail * std::max(0.0F, 1 - 2 * share.at(x));
        for (int i = 3 * x; i < 3 * x + 3; ++i) {
            const auto value = static_cast<float>(row[i]);
            row[i] = cv::saturate_cast<T>(value + detail * (value - static_cast<float>(soft[i])));
        }
    }
}

void raise_detail(cv::Mat& filled, const cv::Mat_<float>& share, const RunContext& run) {
    cv::Mat soft;
    cv::GaussianBlur(filled, soft, {}, kDetailPx);
    core::parallel_rows(run, filled.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            const EnlargedRow row_share(share, {filled.cols, filled.rows}, y);
            if (filled.depth() == CV_8U)
                raise_row(soft.ptr<std::uint8_t>(y), row_share, filled.cols,
                          filled.ptr<std::uint8_t>(y));
            else
                raise_row(soft.ptr<std::uint16_t>(y), row_share, filled.cols,
                          filled.ptr<std::uint16_t>(y));
        }
    });
}

}  // namespace

cv::Mat_<float> weigh(const PatchField& field, const Work& work, double sharpness) {
    constexpr float kFadeAPixel = 0.25F;
    std::vector<float> costs;
    costs.reserve(work.targets.size());
    for (const cv::Point& target : work.targets)
        if (field.match(target)[0] >= 0) costs.push_back(field.cost(target));
    cv::Mat_<float> weights(field.cost.size(), 0.0F);
    if (costs.empty()) return weights;
    const auto at = costs.begin() + static_cast<std::ptrdiff_t>(costs.size() * 3 / 4);
    std::nth_element(costs.begin(), at, costs.end());
    const double fall = sharpness / std::max(1.0F, 2 * *at);
    for (const cv::Point& target : work.targets)
        if (field.match(target)[0] >= 0)
            weights(target) = static_cast<float>(
                1e-6 + std::exp(-fall * field.cost(target) -
                                kFadeAPixel * std::min(work.inside(target), 40.0F)));
    return weights;
}

void vote(Features& features, const PatchField& field, const cv::Mat_<float>& weights,
          const cv::Mat_<uchar>& domain, const RunContext& run) {
    core::parallel_rows(run, features.rows, [&](int begin, int end) {
        for (int y = begin; y < end; ++y)
            for (int x = 0; x < features.cols; ++x) {
                if (!domain(y, x)) continue;
                cv::Vec4f sum;
                float total = 0;
                for_patches_around(field, weights, x, y, [&](cv::Point way, float weight) {
                    sum += cv::Vec4f(features(cv::Point(x, y) + way)) * weight;
                    total += weight;
                });
                if (total > 0) features(y, x) = cv::Vec4b(sum * (1 / total));
            }
    });
}

cv::Mat vote_picture(const cv::Mat& view, const PatchField& field, const cv::Mat_<float>& weights,
                     const cv::Mat_<uchar>& domain, const Correction& correction,
                     const RunContext& run) {
    cv::Mat filled = view.clone();
    core::parallel_rows(run, view.rows, [&](int begin, int end) {
        if (view.depth() == CV_8U)
            vote_rows<std::uint8_t>(view, field, weights, domain, correction, filled, begin, end);
        else
            vote_rows<std::uint16_t>(view, field, weights, domain, correction, filled, begin, end);
    });
    if (view.channels() == 3) raise_detail(filled, correction.share, run);
    return filled;
}

}  // namespace diorama::perception
