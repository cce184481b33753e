#include "pipeline/roto_tones.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <opencv2/core.hpp>
#include <optional>

#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

bool is_built_in() {
    const auto catalogue = read_model_catalogue();
    const auto found = std::ranges::find(catalogue, kBuiltInTones, &ModelEntry::id);
    return found != catalogue.end() && found->built_in;
}

ToneMethod choose_method(const ToneSource& source) {
    const bool has_network = !source.tone_model.empty() || is_built_in();
    const ToneMethod method =
        source.tones.value_or(has_network ? ToneMethod::network : ToneMethod::thresholds);
    if (method == ToneMethod::network && !has_network)
        throw Error(ErrorCode::usage,
                    "there is no network of tones in this build; give one by --tone-model, or "
                    "take thresholds or kmeans",
                    "--tones");
    if (method != ToneMethod::network && !source.tone_model.empty())
        throw Error(ErrorCode::usage, "is for --tones network", "--tone-model");
    return method;
}

// The tone of a frame that is one colour with its grain, as black between two scenes: there is no
// light and shadow in it, whatever would be seen into its grain.
std::optional<Tone> tone_of_one_colour(const Image& picture) {
    constexpr double kGrain = 4.0 / 255;
    constexpr double kBlack = 20.0 / 255;
    const cv::Mat samples = as_mat(picture);
    const double white = picture.sample_type() == SampleType::u8 ? 255 : 65535;
    bool is_black = true;
    cv::Mat channel;
    for (int c = 0; c < 3; ++c) {
        cv::extractChannel(samples, channel, c);
        double darkest = 0;
        double lightest = 0;
        cv::minMaxLoc(channel, &darkest, &lightest);
        if (lightest - darkest > kGrain * white) return std::nullopt;
        is_black = is_black && lightest <= kBlack * white;
    }
    return is_black ? Tone::background : Tone::material;
}

ToneProbabilities all_of(Tone tone, Size size) {
    ToneProbabilities probabilities(size);
    as_mat(probabilities.of(tone)).setTo(1);
    return probabilities;
}

std::string name_of(Tone tone, char between_words) {
    std::string name(kChoices<Tone>[index_of(tone)].name);
    std::ranges::replace(name, '_', between_words);
    return name;
}

}  // namespace

ToneFinder::ToneFinder(const RotoJob& job, const RunContext& run)
    : nudges_(job.nudges), method_(choose_method(job.tones)) {
    const ToneSource& source = job.tones;
    require_network(source.device, method_ == ToneMethod::network || may_run_network(job.subject));
    if (method_ != ToneMethod::network) return;
    const std::string name =
        source.tone_model.empty() ? std::string(kBuiltInTones) : source.tone_model;
    model_.emplace(find_model(name, {ModelTask::tones}, run), source.device, run.threads);
}

ToneProbabilities ToneFinder::find(const Image& picture, const Matte* subject,
                                   const RunContext& run) const {
    ToneProbabilities probabilities;
    const auto tone = tone_of_one_colour(picture);
    if (tone)
        probabilities = all_of(*tone, picture.size());
    else if (model_)
        probabilities = estimate_tones(*model_, normalise_exposure(picture, subject), run);
    else
        probabilities = estimate_tones(method_, picture, subject, run);
    // Brightness and clusters know of the subject already.
    if ((tone || model_) && subject != nullptr) keep_to_subject(probabilities, *subject, run);
    nudge(probabilities, nudges_, run);
    return probabilities;
}

void warn_of_missing(const std::array<std::int64_t, kTones.size()>& pixels, const RunContext& run) {
    std::vector<Tone> missing;
    std::ranges::copy_if(kTones, std::back_inserter(missing),
                         [&](Tone tone) { return pixels[index_of(tone)] == 0; });
    if (missing.empty()) return;
    if (missing.size() + 1 == kTones.size())
        return run.warn("there is one tone alone: the input has no light and shadow to tell apart");
    std::vector<std::string> names;
    for (const Tone tone : missing) names.push_back(name_of(tone, ' '));
    run.warn(fmt::format("nothing is {}; --{} +0.2 looks for more", fmt::join(names, ", nor "),
                         name_of(missing.front(), '-')));
}

}  // namespace diorama::pipeline

namespace diorama {

const std::vector<Field<ToneSource>>& ToneSource::fields() {
    static const std::vector<Field<ToneSource>> list{
        field("tones", &ToneSource::tones,
              "how tones are told apart; if not given by the network, where there is one, else by "
              "thresholds"),
        field("tone-model", &ToneSource::tone_model, {.placeholder = "MODEL"},
              "network that sees tones: a name of `diorama models list`, NAME=FILE, or an .onnx "
              "file with its interface block beside it"),
        field("subject", &ToneSource::subject,
              "draw the subject alone; the options below say what it is, or else a network"),
        field("device", &ToneSource::device, "where networks run"),
    };
    return list;
}

const std::vector<Field<RotoExtras>>& RotoExtras::fields() {
    static const std::vector<Field<RotoExtras>> list{
        field("palette", &RotoExtras::palette, {.placeholder = "FILE|auto|usual"},
              "five colours as .gpl or .json; auto: each tone's mean colour in the scene; usual: "
              "five that are easy to tell apart"),
        field("start-number", &RotoExtras::start_number, {.min = 0, .max = 1e8},
              "the number of the first picture of a sequence"),
        field("make", &RotoExtras::make, {.placeholder = "KIND"},
              "what a folder gets: flat, tones, svg, exr, ora, gif, film, animation; repeatable; "
              "flat, tones and svg if not given"),
        field("compare", &RotoExtras::compare, {.placeholder = "FILE"},
              "a film of source and drawing side by side"),
    };
    return list;
}

}  // namespace diorama
