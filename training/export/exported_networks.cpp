#include "export/exported_networks.h"

namespace diorama::training {

ExportedFunction outputs_of(SmallNetwork network) {
    const auto call = [network](const torch::Tensor& picture) mutable {
        const Prediction found = network(picture);
        return std::vector{found.inverse_depth, torch::sigmoid(found.matte_logit), found.features};
    };
    return {.call = call,
            .example = torch::zeros({1, 3, 64, 96}),
            .input_name = "picture",
            .output_names = {"inverse_depth", "matte", "features"}};
}

ExportedFunction outputs_of(UNet network, const UNetShape& shape) {
    const auto call = [network](const torch::Tensor& picture) mutable {
        return std::vector{network(picture)};
    };
    return {.call = call,
            .example = torch::zeros({1, shape.channels(), 64, 128}),
            .input_name = "picture",
            .output_names = {kToneLogits}};
}

}  // namespace diorama::training
