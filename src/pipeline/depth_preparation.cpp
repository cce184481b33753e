#include "pipeline/depth_preparation.h"

#include <algorithm>
#include <numeric>

namespace diorama {
namespace pipeline {

void prepare(const DepthPreparation& wish, InverseDepth& depth) {
    std::vector<float>& values = depth.values();
    if (wish.invert)
        for (float& value : values) value = 1 - value;
    if (wish.contrast == 1) return;
    const auto mean =
        static_cast<float>(std::accumulate(values.begin(), values.end(), 0.0) / values.size());
    for (float& value : values)
        value = std::clamp(mean + static_cast<float>(wish.contrast) * (value - mean), 0.0F, 1.0F);
}

}  // namespace pipeline

const std::vector<Field<DepthPreparation>>& DepthPreparation::fields() {
    static const std::vector<Field<DepthPreparation>> list{
        field("invert-depth", &DepthPreparation::invert,
              "the depth map has the near things dark; turn it round"),
        field("contrast", &DepthPreparation::contrast, {.min = 0, .max = 100},
              "draw depths away from their mean by this factor, and clip"),
    };
    return list;
}

}  // namespace diorama
