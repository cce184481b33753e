#include "perception/segment_encoding.h"

#include <fmt/format.h>

#include "diorama/error.h"
#include "inference/fitting.h"
#include "inference/model_access.h"

namespace diorama::perception {

using inference::Graph;
using inference::ModelAccess;
using inference::NamedTensor;
using inference::Tensor;

namespace {

// A network does not say how many tokens it knows: it fails on one that it does not.
std::vector<Tensor> read_tokens(const Model& model, const Tensor& tokens, int vocabulary_size,
                                const RunContext& run) {
    const auto name = [&](std::string_view ours) { return tensor_name(model, ours); };
    try {
        return ModelAccess::graph(model, "language")
            .run({{name("tokens"), tokens}},
                 {name("text_attention_mask"), name("text_memory"), name("text_embeds")}, run);
    } catch (const Error& error) {
        if (!error.message().starts_with("cannot be run")) throw;
        throw Error(
            error.code(),
            fmt::format("{} (is its vocabulary, {} with {} tokens, its own?)", error.message(),
                        model.interface().prompts.vocabulary.filename().string(), vocabulary_size),
            error.context());
    }
}

}  // namespace

std::string tensor_name(const Model& model, std::string_view name) {
    const auto& names = model.interface().prompts.names;
    const auto found = names.find(std::string(name));
    return found == names.end() ? std::string(name) : found->second;
}

EncodedPicture encode_picture(const Model& model, const Image& picture, const RunContext& run) {
    const ModelInput& input = model.interface().input;
    EncodedPicture encoded{.picture = picture.size(), .seen = model.input_size(picture.size())};
    const int side = input.size.long_side;
    encoded.whole = side > 0 ? Size{side, side} : encoded.seen;

    const Graph& encoder = ModelAccess::graph(model, "encoder");
    const auto& tensor = encoder.input(input.name);
    const bool varies = side > 0 && !input.size.pad;
    inference::check_picture_input(encoder, tensor, input,
                                   varies ? std::nullopt : std::optional(encoded.whole));
    std::vector<std::string> names;
    for (const auto& output : encoder.outputs()) names.push_back(output.name);
    const auto outputs = encoder.run(
        {{tensor.name, inference::picture_tensor(picture, encoded.seen, input)}}, names, run);
    for (std::size_t i = 0; i < names.size(); ++i)
        encoded.features.push_back({names[i], outputs[i]});
    return encoded;
}

std::vector<NamedTensor> encode_text(const Model& model, const ClipTokenizer& tokenizer,
                                     std::string_view text, const RunContext& run) {
    const PromptInterface& prompts = model.interface().prompts;
    const auto tokens = inference::make_tensor(
        {1, prompts.context}, tokenizer.encode(text, prompts.context, prompts.padding, run));
    const auto read = read_tokens(model, tokens, tokenizer.size(), run);
    const auto name = [&](std::string_view ours) { return tensor_name(model, ours); };
    return {{name("language_mask"), read[0]},
            {name("language_features"), read[1]},
            {name("language_embeds"), read[2]}};
}

}  // namespace diorama::perception
