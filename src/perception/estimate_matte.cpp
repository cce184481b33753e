#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "diorama/error.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"

namespace diorama {

Matte estimate_matte(const Model& model, const Image& picture, const RunContext& run) {
    if (model.interface().task != ModelTask::matte)
        throw Error(ErrorCode::mismatch, "the model finds depth, not mattes", "--matte-model");
    const auto results = model.run(picture, run);
    const auto& result = *std::ranges::find_if(results, [](const ModelResult& r) {
        return r.meaning == OutputMeaning::matte || r.meaning == OutputMeaning::matte_logit;
    });

    cv::Mat_<float> seen(result.size.height, result.size.width);
    std::ranges::transform(result.values, seen.begin(), [&](float value) {
        if (!std::isfinite(value)) return 0.0F;
        if (result.meaning == OutputMeaning::matte_logit) return 1.0F / (1.0F + std::exp(-value));
        return std::clamp(value, 0.0F, 1.0F);
    });

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
