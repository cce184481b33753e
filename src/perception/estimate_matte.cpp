#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "diorama/error.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "perception/pieces.h"

namespace diorama {
namespace {

// A network is sure of most of its subject; pieces of which it is sure of less than this are
// ghosts. Those that are sure of less than this part of the largest piece are crumbs.
constexpr float kSure = 0.5F;
constexpr float kFaint = 0.02F;
constexpr double kSurePart = 0.2;
constexpr double kCrumb = 0.01;
// A saliency that is fainter than this everywhere is no subject and must not be made one.
constexpr double kSalient = 0.1;

// Quantised networks can overflow and scatter speckle round their subject. This many specks, of at
// most this many pixels each, are no subject's own; real mattes have a few dozen.
constexpr int kManySpecks = 200;
constexpr int kSpeck = 32;
// Of a speckled matte, what a disc of this radius cannot enter is not the subject, nor are islands
// smaller than this fraction of the largest piece.
constexpr int kSpeckRadius = 4;
constexpr double kIsland = 0.05;

cv::Mat disc(int radius_px) {
    return cv::getStructuringElement(cv::MORPH_ELLIPSE, {2 * radius_px + 1, 2 * radius_px + 1});
}

void remove_speckle(cv::Mat_<float>& matte) {
    const cv::Mat_<uchar> sure = matte >= kSure;
    const auto pieces = perception::find_pieces(sure);
    const auto specks = std::ranges::count_if(
        pieces.area_px, [](int area_px) { return area_px > 0 && area_px <= kSpeck; });
    if (specks < kManySpecks) return;

    cv::Mat_<uchar> body;
    cv::medianBlur(sure, body, 2 * kSpeckRadius + 1);
    cv::morphologyEx(body, body, cv::MORPH_OPEN, disc(kSpeckRadius));
    const auto islands = perception::find_pieces(body);
    body = islands.mask_of_larger(kIsland * islands.largest_px());
    // The soft border of what is left is the network's own, and stays.
    cv::Mat_<uchar> near;
    cv::dilate(body, near, disc(1));
    cv::erode(body, body, disc(kSpeckRadius));
    matte.setTo(0.0F, near == 0);
    matte.setTo(1.0F, body);
}

void remove_ghosts_and_crumbs(cv::Mat_<float>& matte) {
    const auto pieces = perception::find_pieces(matte > kFaint);
    std::vector<int> sure_px(pieces.area_px.size(), 0);
    for (int y = 0; y < matte.rows; ++y)
        for (int x = 0; x < matte.cols; ++x)
            if (matte(y, x) >= kSure) ++sure_px[pieces.labels(y, x)];
    sure_px[0] = 0;
    const double crumb_px = kCrumb * *std::ranges::max_element(sure_px);
    std::vector<uchar> real(sure_px.size(), 0);
    for (std::size_t i = 1; i < real.size(); ++i)
        real[i] = sure_px[i] >= kSurePart * pieces.area_px[i] && sure_px[i] >= crumb_px;
    matte.setTo(0.0F, pieces.mask_of(real) == 0);
}

// The network's values as 0…1.
cv::Mat_<float> as_alpha(const ModelResult& result) {
    cv::Mat_<float> alpha(result.size.height, result.size.width);
    std::ranges::replace_copy_if(
        result.values, alpha.begin(), [](float value) { return !std::isfinite(value); },
        result.meaning == OutputMeaning::matte_logit ? -INFINITY : 0.0F);
    if (result.meaning == OutputMeaning::matte_logit)
        for (float& value : alpha) value = 1.0F / (1.0F + std::exp(-value));
    if (result.meaning == OutputMeaning::saliency) {
        double least = 0, largest = 0;
        cv::minMaxLoc(alpha, &least, &largest);
        if (largest > kSalient) alpha = (alpha - least) / (largest - least + 1e-6);
    }
    return cv::max(cv::min(alpha, 1.0F), 0.0F);
}

}  // namespace

Matte estimate_matte(const Model& model, const Image& picture, const RunContext& run) {
    if (model.interface().task != ModelTask::matte)
        throw Error(ErrorCode::mismatch,
                    "the model is none that finds a subject; give one of the task matte",
                    "--matte-model");
    const auto results = model.run(picture, run);
    const auto& result = *std::ranges::find_if(results, [](const ModelResult& r) {
        return r.meaning == OutputMeaning::matte || r.meaning == OutputMeaning::matte_logit ||
               r.meaning == OutputMeaning::saliency;
    });

    cv::Mat_<float> seen = as_alpha(result);
    remove_speckle(seen);
    remove_ghosts_and_crumbs(seen);

    Matte coarse(picture.size());
    cv::Mat target = as_mat(coarse);
    const bool shrinks = seen.total() > coarse.values().size();
    cv::resize(seen, target, target.size(), 0, 0, shrinks ? cv::INTER_AREA : cv::INTER_LINEAR);

    // A border that the network drew is off by two of its own pixels at most.
    const double pixel = std::max(static_cast<double>(picture.width()) / result.size.width,
                                  static_cast<double>(picture.height()) / result.size.height);
    return refine_matte(coarse, picture, std::max(2, static_cast<int>(std::lround(2 * pixel))),
                        run);
}

}  // namespace diorama
