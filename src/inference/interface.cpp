#include "inference/interface.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <sstream>
#include <utility>

#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "inference/json_reader.h"

namespace diorama {
namespace fs = std::filesystem;
namespace inference {
namespace {

using nlohmann::json;

template <class T>
struct Word {
    std::string_view name;
    T value;
};

constexpr Word<TensorLayout> kLayouts[] = {{"nchw", TensorLayout::nchw},
                                           {"nhwc", TensorLayout::nhwc},
                                           {"chw", TensorLayout::chw},
                                           {"hwc", TensorLayout::hwc}};
constexpr Word<White> kWhites[] = {{"full", White::full}, {"brightest", White::brightest}};
constexpr Word<InputColour> kColours[] = {{"rgb", InputColour::rgb}, {"grey", InputColour::grey}};
constexpr Word<bool> kPads[] = {{"none", false}, {"square", true}};
constexpr Word<PromptFamily> kFamilies[] = {
    {"sam", PromptFamily::sam}, {"sam2", PromptFamily::sam2}, {"sam3", PromptFamily::sam3}};
constexpr Word<TokenPadding> kPaddings[] = {{"zero", TokenPadding::zero},
                                            {"end", TokenPadding::end}};
constexpr Word<OutputMeaning> kMeanings[] = {
    {"inverse_depth", OutputMeaning::inverse_depth},
    {"depth", OutputMeaning::depth},
    {"metric_depth", OutputMeaning::metric_depth},
    {"matte", OutputMeaning::matte},
    {"matte_logit", OutputMeaning::matte_logit},
    {"saliency", OutputMeaning::saliency},
    {"confidence", OutputMeaning::confidence},
    {"confidence_above_one", OutputMeaning::confidence_above_one},
    {"sky", OutputMeaning::sky},
    {"picture", OutputMeaning::picture},
    {"flow", OutputMeaning::flow},
    {"tone_logits", OutputMeaning::tone_logits}};

// No network takes a longer side than this; a larger number in a block is a slip of the pen.
constexpr int kLargestSide = 16384;

int read_side(ObjectReader& reader, std::string_view key) {
    return static_cast<int>(reader.whole_number(key, kLargestSide));
}

SizeRule read_size_rule(ObjectReader reader) {
    SizeRule rule;
    const int width = read_side(reader, "width");
    const int height = read_side(reader, "height");
    rule.short_side = read_side(reader, "short_side");
    rule.long_side = read_side(reader, "long_side");
    rule.multiple_of = std::max(1, read_side(reader, "multiple_of"));
    if ((width > 0) != (height > 0))
        reader.fail(reader.path_of(width > 0 ? "height" : "width"), "is missing");
    if (width > 0) rule.fixed = Size{width, height};
    if (reader.find("pad")) rule.pad = reader.word("pad", kPads);
    reader.finish();
    return rule;
}

HoleInput read_hole(ObjectReader reader) {
    HoleInput hole;
    hole.name = reader.text("name");
    reader.number("hole", hole.hole);
    reader.number("keep", hole.keep);
    reader.finish();
    return hole;
}

FrameWindow read_window(ObjectReader reader) {
    FrameWindow window;
    reader.require("frames");
    window.frames = read_side(reader, "frames");
    window.fitted = read_side(reader, "fitted");
    const json& places = reader.require("keyframes");
    const auto is_place = [](const json& item) {
        return item.is_number_unsigned() && item < kLargestSide;
    };
    if (!places.is_array() || !std::ranges::all_of(places, is_place))
        reader.fail(reader.path_of("keyframes"), "must be a list of whole numbers");
    window.keyframes = places.get<std::vector<int>>();
    reader.finish();
    return window;
}

ModelInput read_input(ObjectReader reader, bool has_variants) {
    ModelInput input;
    input.name = reader.optional_text("name");
    input.layout = reader.word("layout", kLayouts);
    if (reader.find("colour")) input.colour = reader.word("colour", kColours);
    reader.numbers("range", input.range);
    if (reader.find("white")) input.white = reader.word("white", kWhites);
    reader.numbers("mean", input.mean);
    reader.numbers("std", input.std);
    if (!has_variants)
        input.size = read_size_rule(reader.object("size"));
    else if (reader.find("size"))
        reader.fail(reader.path_of("size"), "does not go with variants, which have their own");
    reader.finish();
    return input;
}

// Paths in a block are relative to it and stay as a person wrote them in messages.
fs::path beside(const fs::path& folder, const std::string& file) {
    return fs::path(file).is_absolute() ? fs::path(file) : folder / file;
}

// The tensors of a family that an export may call differently.
std::span<const std::string_view> tensors_of(PromptFamily family) {
    static constexpr std::string_view kAskedByPoints[] = {
        "point_coords", "point_labels",    "mask_input",    "has_mask_input",
        "orig_im_size", "iou_predictions", "low_res_masks", "masks"};
    static constexpr std::string_view kAskedByWords[] = {"tokens",          "text_attention_mask",
                                                         "text_memory",     "text_embeds",
                                                         "language_mask",   "language_features",
                                                         "language_embeds", "box_coords",
                                                         "box_labels",      "box_masks",
                                                         "original_height", "original_width",
                                                         "scores",          "masks",
                                                         "pred_logits",     "presence_logit_dec",
                                                         "pred_masks"};
    if (family == PromptFamily::sam3) return kAskedByWords;
    return kAskedByPoints;
}

std::map<std::string, std::string> read_names(ObjectReader reader, PromptFamily family) {
    std::map<std::string, std::string> names;
    for (const std::string_view ours : tensors_of(family))
        if (auto theirs = reader.optional_text(ours); !theirs.empty())
            names.emplace(ours, std::move(theirs));
    reader.finish();
    return names;
}

PromptInterface read_prompts(ObjectReader reader, const fs::path& folder) {
    PromptInterface prompts;
    prompts.family = reader.word("family", kFamilies);
    if (const auto vocabulary = reader.optional_text("vocabulary"); !vocabulary.empty()) {
        prompts.vocabulary = beside(folder, vocabulary);
        prompts.padding = reader.word("padding", kPaddings);
        if (const int context = read_side(reader, "context"); context > 0)
            prompts.context = context;
    }
    if (reader.find("names")) prompts.names = read_names(reader.object("names"), prompts.family);
    reader.finish();
    return prompts;
}

std::vector<std::string_view> roles_of(ModelTask task) {
    switch (task) {
        case ModelTask::depth:
            return {"encoder", "head"};
        case ModelTask::segment:
            return {"encoder", "decoder", "language"};
        default:
            return {};
    }
}

std::vector<ModelPart> read_parts(ObjectReader reader, ModelTask task, const fs::path& folder) {
    const auto roles = roles_of(task);
    if (roles.empty())
        reader.fail("parts", fmt::format("does not go with the task {}", name_of(task)));
    std::vector<ModelPart> parts;
    for (const std::string_view role : roles)
        if (const auto file = reader.optional_text(role); !file.empty())
            parts.push_back({std::string(role), beside(folder, file)});
    reader.finish();
    return parts;
}

using Require = std::function<void(bool holds, std::string message)>;

// Which outputs make the result of a task; a model has exactly one of them.
std::vector<OutputMeaning> results_of(ModelTask task) {
    switch (task) {
        case ModelTask::depth:
            return {OutputMeaning::inverse_depth, OutputMeaning::depth,
                    OutputMeaning::metric_depth};
        case ModelTask::matte:
            return {OutputMeaning::matte, OutputMeaning::matte_logit, OutputMeaning::saliency};
        case ModelTask::fill:
            return {OutputMeaning::picture};
        case ModelTask::flow:
            return {OutputMeaning::flow};
        case ModelTask::tones:
            return {OutputMeaning::tone_logits};
        case ModelTask::segment:
            break;
    }
    return {};
}

void check_parts(const ModelInterface& interface, const Require& require) {
    const auto has = [&](std::string_view role) {
        return std::ranges::find(interface.parts, role, &ModelPart::role) != interface.parts.end();
    };
    require(has("encoder") && has("decoder"),
            "'parts' of a segment model needs an 'encoder' and a 'decoder'");
    const bool words = !interface.prompts.vocabulary.empty();
    require(!words || interface.prompts.family == PromptFamily::sam3,
            "'prompts.vocabulary' goes with the family sam3 alone");
    require(words == has("language"), "'parts.language' and 'prompts.vocabulary' go together");
    require(interface.prompts.context >= 2, "'prompts.context' must be at least 2");
}

void check_window(const ModelInterface& interface, const Require& require) {
    const FrameWindow& window = interface.window;
    if (window.frames == 0) {
        require(interface.parts.empty(), "'parts' of a depth model go with a 'window' of frames");
        return;
    }
    const auto& parts = interface.parts;
    require(parts.size() == 2 && std::ranges::count(parts, "encoder", &ModelPart::role) == 1 &&
                std::ranges::count(parts, "head", &ModelPart::role) == 1,
            "a 'window' needs two 'parts', 'encoder' and 'head'");
    require(interface.input.size.fixed.has_value(),
            "'input.size' of a model with a 'window' must be a width and a height");

    const auto& keyframes = window.keyframes;
    const int count = static_cast<int>(keyframes.size());
    require(std::ranges::is_sorted(keyframes, std::less_equal()) && count < window.frames &&
                (count == 0 || keyframes.back() < window.frames),
            "'window.keyframes' must be ascending, below 'frames', and fewer than these");
    require(window.fitted >= 1 && window.fitted <= count,
            "'window.fitted' must be from 1 to the number of keyframes");
    for (int place = window.fitted; place < count; ++place)
        require(keyframes[place] == window.frames - count + place,
                "'window.keyframes' that are not 'fitted' must be the last frames of the window");
}

void check_outputs(const ModelInterface& interface, const Require& require) {
    std::set<OutputMeaning> meanings;
    std::set<std::string> names;
    for (const auto& output : interface.outputs) {
        require(meanings.insert(output.meaning).second,
                "'outputs' has two outputs of the same meaning");
        require(names.insert(output.name).second, "'outputs' names the same output twice");
        require(output.range[0] != output.range[1], "'outputs.range' must not begin where it ends");
    }
    require(names.size() <= 1 || !names.contains(""),
            "'outputs' needs a name for each of several outputs");

    const std::vector<OutputMeaning> wanted = results_of(interface.task);
    std::vector<std::string_view> words;
    for (const auto meaning : wanted)
        words.push_back(std::ranges::find(kMeanings, meaning, &Word<OutputMeaning>::value)->name);
    const auto count =
        std::ranges::count_if(wanted, [&](auto meaning) { return meanings.contains(meaning); });
    require(wanted.empty() || count == 1,
            fmt::format("'outputs' of a {} model needs one of: {}", name_of(interface.task),
                        fmt::join(words, ", ")));

    const auto belongs = [&](OutputMeaning meaning) {
        const bool beside_depth = meaning == OutputMeaning::confidence ||
                                  meaning == OutputMeaning::confidence_above_one ||
                                  meaning == OutputMeaning::sky;
        return beside_depth ? interface.task == ModelTask::depth
                            : std::ranges::find(wanted, meaning) != wanted.end();
    };
    for (const auto& word : kMeanings)
        require(!meanings.contains(word.value) || belongs(word.value),
                fmt::format("'outputs' of a {} model cannot have the meaning {}",
                            name_of(interface.task), word.name));
    require(!meanings.contains(OutputMeaning::confidence) ||
                !meanings.contains(OutputMeaning::confidence_above_one),
            "'outputs' has two outputs that are confidence");
}

}  // namespace

std::string_view name_of(ModelTask task) {
    return std::ranges::find(kChoices<ModelTask>, task, &Choice<ModelTask>::value)->name;
}

std::string_view name_of(TensorLayout layout) {
    return std::ranges::find(kLayouts, layout, &Word<TensorLayout>::value)->name;
}

ModelInterface parse_interface(std::string_view text, const std::string& context,
                               const fs::path& folder) {
    const JsonSource source{"the interface block", context};
    const json root = parse_json(text, source);
    ObjectReader block(root, "", source);
    ModelInterface interface;
    interface.task = block.word("task", kChoices<ModelTask>);
    if (const auto file = block.optional_text("file"); !file.empty())
        interface.file = beside(folder, file);
    if (block.find("variants"))
        block.each_object("variants", [&](ObjectReader& item) {
            const auto file = beside(folder, item.text("file"));
            item.require("width");
            item.require("height");
            interface.variants.push_back(
                {file, {read_side(item, "width"), read_side(item, "height")}});
        });
    if (block.find("parts"))
        interface.parts = read_parts(block.object("parts"), interface.task, folder);
    interface.input = read_input(block.object("input"), !interface.variants.empty());
    if (interface.task == ModelTask::flow) interface.second_input = block.text("second_input");
    if (interface.task == ModelTask::fill) interface.hole = read_hole(block.object("hole"));
    if (interface.task == ModelTask::depth && block.find("window"))
        interface.window = read_window(block.object("window"));
    // The outputs of promptable segmentation are those of its family.
    if (interface.task == ModelTask::segment)
        interface.prompts = read_prompts(block.object("prompts"), folder);
    else
        block.each_object("outputs", [&](ObjectReader& item) {
            ModelOutput output{.name = item.optional_text("name"),
                               .meaning = item.word("meaning", kMeanings)};
            if (output.meaning == OutputMeaning::picture) item.numbers("range", output.range);
            interface.outputs.push_back(std::move(output));
        });
    block.finish();
    check_interface(interface, context);
    return interface;
}

void check_interface(const ModelInterface& interface, const std::string& context) {
    const Require require = [&](bool holds, std::string message) {
        if (!holds) throw Error(ErrorCode::unreadable, std::move(message), context);
    };
    const int forms =
        !interface.file.empty() + !interface.variants.empty() + !interface.parts.empty();
    require(forms == 1, "the interface block must name one of: a 'file', 'variants', or 'parts'");

    const SizeRule& size = interface.input.size;
    const int rules = (size.fixed ? 1 : 0) + (size.short_side > 0) + (size.long_side > 0);
    const bool keeps_size = interface.task == ModelTask::tones && rules == 0;
    require(!interface.variants.empty() || rules == 1 || keeps_size,
            "'input.size' must give width and height, or short_side, or long_side");
    require(interface.input.colour == InputColour::rgb || interface.task == ModelTask::tones,
            "'input.colour' goes with the task tones alone");
    require(!size.fixed || size.multiple_of == 1,
            "'input.size.multiple_of' does not go with width and height");
    require(!size.pad || (size.long_side > 0 && size.multiple_of == 1),
            "'input.size.pad' goes with long_side alone");
    require(std::ranges::none_of(interface.input.std, [](float s) { return s == 0; }),
            "'input.std' must not be 0");
    require(interface.input.range[0] != interface.input.range[1],
            "'input.range' must not begin where it ends");

    check_outputs(interface, require);
    if (interface.task == ModelTask::depth) check_window(interface, require);
    if (interface.task == ModelTask::segment) check_parts(interface, require);
}

}  // namespace inference

ModelInterface read_model_interface(const fs::path& file) {
    const bool is_block = file.extension() == ".json";
    const fs::path block = is_block ? file : fs::path(file).replace_extension(".json");
    if (!fs::exists(file)) throw Error(ErrorCode::not_found, "no such file", file.string());
    if (fs::is_directory(file))
        throw Error(ErrorCode::unreadable, "is a folder, not a model", file.string());
    if (!is_block && file.extension() != ".onnx")
        throw Error(ErrorCode::model, "neither an .onnx model nor its .json interface block",
                    file.string());
    if (!fs::exists(block))
        throw Error(ErrorCode::not_found,
                    "no such file; a model needs its interface block beside it (docs/models.md)",
                    block.string());

    std::ifstream stream(block, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) throw Error(ErrorCode::unreadable, "cannot be read", block.string());
    auto interface = inference::parse_interface(text.str(), block.string(), block.parent_path());
    if (!is_block && !interface.file.empty() &&
        !fs::equivalent(block.parent_path() / interface.file.filename(), file))
        throw Error(ErrorCode::unreadable,
                    fmt::format("'file' names {}, not the model beside it",
                                interface.file.filename().string()),
                    block.string());
    return interface;
}

}  // namespace diorama
