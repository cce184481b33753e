#include "configuration.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "diorama/error.h"

namespace diorama::training {
namespace {
using Json = nlohmann::json;
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(NetworkShape, encoder, blocks, decoder, matte,
                                                features)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Augmentation, crop, short_side, stretch, colour,
                                                blur_px, noise, jpeg)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(LossWeights, depth, gradient, matte, features,
                                                labels, teacher)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DataShare, scenes, share)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Phase, name, steps, batch, rate, warm_up, teacher,
                                                only, guided, data, augmentation, weights)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(Configuration, seed, precision, weight_decay,
                                                average, teacher_features, network, phases)

namespace {

// The first key of `given` that `known`, which holds every field, does not have; empty if none.
std::string find_unknown_key(const Json& given, const Json& known) {
    for (const auto& [key, value] : given.items()) {
        if (given.is_object() && !known.contains(key)) return key;
        if (!value.is_structured()) continue;
        const auto& below = given.is_object() ? known.at(key) : known.at(std::stoul(key));
        if (const auto unknown = find_unknown_key(value, below); !unknown.empty())
            return given.is_object() ? key + "." + unknown : unknown;
    }
    return {};
}

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
    try {
        const auto given = Json::parse(json);
        auto configuration = given.get<Configuration>();
        if (const auto key = find_unknown_key(given, configuration); !key.empty())
            throw Error(ErrorCode::unreadable, "unknown key '" + key + "'", context);
        check(configuration, context);
        return configuration;
    } catch (const Json::exception& e) {
        throw Error(ErrorCode::unreadable, e.what(), context);
    }
}

Configuration read_configuration(const std::filesystem::path& file) {
    std::ifstream stream(file);
    if (!stream) throw Error(ErrorCode::not_found, "no such file", file.string());
    std::stringstream text;
    text << stream.rdbuf();
    return parse_configuration(text.str(), file.string());
}

std::string to_json(const Configuration& configuration) {
    return Json(configuration).dump(4) + "\n";
}

}  // namespace diorama::training
