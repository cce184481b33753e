#include "configuration.h"

#include "json_fields.h"

namespace diorama::training {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(NetworkShape, encoder, blocks, decoder, matte,
                                                features)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LossWeights, depth, gradient, matte, features,
                                                labels, teacher)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DataShare, scenes, share)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Phase, name, steps, batch, rate, warm_up, teacher,
                                                only, guided, data, augmentation, weights)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Configuration, seed, precision, weight_decay,
                                                average, teacher_features, network, phases)

namespace {

void check(const Configuration& configuration, const std::string& context) {
    const auto require = [&](bool holds, const std::string& message) {
        if (!holds) throw Error(ErrorCode::unreadable, message, context);
    };
    require(configuration.precision == "bfloat16" || configuration.precision == "float",
            "'precision' must be bfloat16 or float");
    require(configuration.teacher_features.size() <= configuration.network.encoder.size(),
            "'teacher_features' are more than the encoder has sizes");
    for (const auto& phase : configuration.phases) {
        const auto& crop = phase.augmentation.crop;
        require(phase.steps > 0 && phase.batch > 0,
                "phase '" + phase.name + "' needs 'steps' and 'batch' above 0");
        require(crop[0] > 0 && crop[1] > 0 && crop[0] % 32 == 0 && crop[1] % 32 == 0,
                "the sides of 'crop' must be multiples of 32");
        require(!phase.data.empty(), "phase '" + phase.name + "' has no 'data'");
        require(phase.only.empty() || phase.only == "matte",
                "'only' must be \"matte\" or left out");
        require(!phase.guided || !phase.teacher.empty(),
                "phase '" + phase.name + "' is guided, but has no 'teacher'");
    }
}

}  // namespace

Configuration parse_configuration(const std::string& json, const std::string& context) {
    auto configuration = parse_fields<Configuration>(json, context);
    check(configuration, context);
    return configuration;
}

Configuration read_configuration(const std::filesystem::path& file) {
    return parse_configuration(read_text(file), file.string());
}

std::string to_json(const Configuration& configuration) {
    return Json(configuration).dump(4) + "\n";
}

}  // namespace diorama::training
