#include "tonal_configuration.h"

#include "json_fields.h"

namespace diorama::training {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(UNetShape, colours, width, levels, stem, weights,
                                                down)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(SplitRule, training, validation, test,
                                                validation_share)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TonalWeights, tones, boundary, overlap)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(TonalConfiguration, seed, precision, network,
                                                scenes, side_px, short_side_px, splits, split,
                                                augmentation, epochs, batch, rate, encoder_rate,
                                                warm_up, rate_shape, weight_decay, average, weights)

namespace {

void check(const TonalConfiguration& configuration, const std::string& context) {
    const auto require = [&](bool holds, const std::string& message) {
        if (!holds) throw Error(ErrorCode::unreadable, message, context);
    };
    const auto one_of = [&](const char* key, const std::string& value, const std::string& a,
                            const std::string& b) {
        require(value == a || value == b, std::string("'") + key + "' must be " + a + " or " + b);
    };
    const UNetShape& network = configuration.network;
    one_of("precision", configuration.precision, "bfloat16", "float");
    one_of("rate_shape", configuration.rate_shape, "constant", "cosine");
    one_of("colours", network.colours, "grey", "rgb");
    one_of("weights", network.weights, "plain", "standardised");
    one_of("down", network.down, "own", "depth");
    require(network.down == "own" || network.colours == "rgb",
            "'down': depth sees colours; 'colours' must be rgb");
    require(network.stem == 1 || network.stem == 2, "'stem' must be 1 or 2");
    require(network.width > 0 && network.levels > 0 && network.levels <= 6,
            "'width' must be above 0, and 'levels' 1 to 6");
    require(configuration.epochs > 0 && configuration.batch > 0,
            "'epochs' and 'batch' must be above 0");
    require(configuration.encoder_rate >= 0 && configuration.encoder_rate <= 1,
            "'encoder_rate' must be 0 to 1");
    require(configuration.encoder_rate == 0 || network.down == "depth",
            "'encoder_rate' goes with \"down\": \"depth\"");
    require(configuration.short_side_px >= 0, "'short_side_px' must be 0 or more");
    require(configuration.weights.overlap >= 0, "'overlap' must be 0 or more");
    require(configuration.splits.contains(configuration.split),
            "has no split '" + configuration.split + "'");
    const auto& crop = configuration.augmentation.crop;
    const bool is_whole = crop[0] == 0 && crop[1] == 0;
    require(is_whole || (crop[0] > 0 && crop[0] % network.multiple_px() == 0 && crop[1] > 0 &&
                         crop[1] % network.multiple_px() == 0),
            "the sides of 'crop' must be multiples of " + std::to_string(network.multiple_px()) +
                ", or both 0");
    require(!is_whole || configuration.side_px > 0,
            "whole frames need 'side_px', for a batch has one size");
}

}  // namespace

TonalConfiguration parse_tonal_configuration(const std::string& json, const std::string& context) {
    auto configuration = parse_fields<TonalConfiguration>(json, context);
    check(configuration, context);
    return configuration;
}

TonalConfiguration read_tonal_configuration(const std::filesystem::path& file) {
    return parse_tonal_configuration(read_text(file), file.string());
}

std::string to_json(const TonalConfiguration& configuration) {
    return Json(configuration).dump(4) + "\n";
}

bool is_tonal(const std::string& json) {
    return Json::parse(json).contains("splits");
}

}  // namespace diorama::training
