#include "film/work_json.h"

#include <string>

namespace diorama::film {
namespace {

using nlohmann::json;

json pair_of(const Rational& value) {
    return {value.num, value.den};
}
Rational rational_from(const json& pair) {
    return {pair.at(0).get<std::int64_t>(), pair.at(1).get<std::int64_t>()};
}

json pair_of(const Chromaticity& value) {
    return {value.x, value.y};
}
Chromaticity chromaticity_from(const json& pair) {
    return {pair.at(0).get<double>(), pair.at(1).get<double>()};
}

json to_json(const FilmColour& colour) {
    json out{{"primaries", colour.primaries},
             {"transfer", colour.transfer},
             {"matrix", colour.matrix},
             {"range", colour.range}};
    if (colour.mastering)
        out["mastering"] = {
            {"red", pair_of(colour.mastering->red)},   {"green", pair_of(colour.mastering->green)},
            {"blue", pair_of(colour.mastering->blue)}, {"white", pair_of(colour.mastering->white)},
            {"darkest", colour.mastering->darkest},    {"brightest", colour.mastering->brightest}};
    if (colour.light_level)
        out["light_level"] = {colour.light_level->brightest_pixel,
                              colour.light_level->brightest_frame};
    return out;
}

FilmColour colour_from(const json& in) {
    FilmColour colour{.primaries = in.at("primaries").get<int>(),
                      .transfer = in.at("transfer").get<int>(),
                      .matrix = in.at("matrix").get<int>(),
                      .range = in.at("range").get<LevelRange>()};
    if (in.contains("mastering")) {
        const json& mastering = in.at("mastering");
        colour.mastering = {.red = chromaticity_from(mastering.at("red")),
                            .green = chromaticity_from(mastering.at("green")),
                            .blue = chromaticity_from(mastering.at("blue")),
                            .white = chromaticity_from(mastering.at("white")),
                            .darkest = mastering.at("darkest").get<double>(),
                            .brightest = mastering.at("brightest").get<double>()};
    }
    if (in.contains("light_level"))
        colour.light_level = {in.at("light_level").at(0).get<int>(),
                              in.at("light_level").at(1).get<int>()};
    return colour;
}

json to_json(const EncoderOptions& encoder) {
    json out{{"codec", encoder.codec},
             {"preset", encoder.preset},
             {"encoder_options", encoder.encoder_options}};
    if (encoder.crf) out["crf"] = *encoder.crf;
    return out;
}

EncoderOptions encoder_from(const json& in) {
    EncoderOptions encoder{
        .codec = in.at("codec").get<std::string>(),
        .preset = in.at("preset").get<std::string>(),
        .encoder_options = in.at("encoder_options").get<std::vector<std::string>>()};
    if (in.contains("crf")) encoder.crf = in.at("crf").get<double>();
    return encoder;
}

}  // namespace

json to_json(const Plan& plan) {
    return {{"times_s", plan.times_s},   {"end_s", plan.end_s},
            {"scenes", plan.scenes},     {"segments", plan.segments},
            {"repeated", plan.repeated}, {"first_index", plan.first_index},
            {"every", plan.every}};
}

Plan plan_from(const json& in) {
    return {.times_s = in.at("times_s").get<std::vector<double>>(),
            .end_s = in.at("end_s").get<double>(),
            .scenes = in.at("scenes").get<std::vector<std::int64_t>>(),
            .segments = in.at("segments").get<std::vector<std::int64_t>>(),
            .repeated = in.at("repeated").get<std::int64_t>(),
            .first_index = in.at("first_index").get<std::int64_t>(),
            .every = in.at("every").get<int>()};
}

json to_json(const Excerpt& excerpt) {
    // Standard input has no place.
    const bool is_file = excerpt.input != "-";
    json out{{"input", is_file ? std::filesystem::absolute(excerpt.input).string() : "-"},
             {"start_s", excerpt.start.count()},
             {"every", excerpt.every}};
    if (excerpt.duration) out["duration_s"] = excerpt.duration->count();
    return out;
}

Excerpt excerpt_from(const json& in) {
    Excerpt excerpt{.input = in.at("input").get<std::string>(),
                    .start = Seconds(in.at("start_s").get<double>()),
                    .every = in.at("every").get<int>()};
    if (in.contains("duration_s")) excerpt.duration = Seconds(in.at("duration_s").get<double>());
    return excerpt;
}

json to_json(const SinkFormat& format) {
    return {
        {"size", {format.size.width, format.size.height}},
        {"fps", pair_of(format.fps)},
        {"sample_type", format.sample_type},
        {"alpha", format.alpha},
        {"encoder", to_json(format.encoder)},
        {"threads", format.threads},
        {"loop", format.loop},
        {"packing", format.packing},
        {"projection", format.projection},
        {"colour", to_json(format.colour)},
        {"sample_aspect", pair_of(format.sample_aspect)},
        {"clock", pair_of(format.clock)},
        {"bits", format.bits},
        {"depth", format.depth ? json{format.depth->scale, format.depth->offset, format.depth->of}
                               : json()}};
}

SinkFormat format_from(const json& in) {
    SinkFormat format{.size = {in.at("size").at(0).get<int>(), in.at("size").at(1).get<int>()},
                      .fps = rational_from(in.at("fps")),
                      .sample_type = in.at("sample_type").get<SampleType>(),
                      .alpha = in.at("alpha").get<AlphaKind>(),
                      .encoder = encoder_from(in.at("encoder")),
                      .threads = in.at("threads").get<int>(),
                      .loop = in.at("loop").get<int>(),
                      .packing = in.at("packing").get<FramePacking>(),
                      .projection = in.at("projection").get<Projection>(),
                      .colour = colour_from(in.at("colour")),
                      .sample_aspect = rational_from(in.at("sample_aspect")),
                      .clock = rational_from(in.at("clock")),
                      .bits = in.at("bits").get<int>()};
    if (const json& depth = in.at("depth"); !depth.is_null())
        format.depth = {depth.at(0).get<float>(), depth.at(1).get<float>(),
                        depth.at(2).get<DepthKind>()};
    return format;
}

}  // namespace diorama::film
