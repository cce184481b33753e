#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "diorama/error.h"
#include "inference/model_access.h"
#include "perception/segment_candidates.h"

namespace diorama::perception {

using inference::Graph;
using inference::NamedTensor;
using inference::Shape;

namespace {

// SAM 3 knows boxes alone; a point is a box of this share of the picture's sides.
constexpr float kPointSide = 0.01F;
// Masks of more pixels would hold no more: the network draws them with a quarter of these.
constexpr double kLongestMask = 1152;

// A box by its middle and its sides, as shares of the picture's.
struct Mark {
    float x = 0, y = 0, width = 0, height = 0;
    std::int64_t on_subject = 1;
};

std::vector<Mark> marks_of(const SubjectHints& hints, Size picture) {
    const auto width = static_cast<float>(picture.width);
    const auto height = static_cast<float>(picture.height);
    std::vector<Mark> marks;
    if (hints.box)
        marks.push_back({(hints.box->x + hints.box->width / 2.0F) / width,
                         (hints.box->y + hints.box->height / 2.0F) / height,
                         hints.box->width / width, hints.box->height / height, 1});
    const auto add = [&](const Point& point, std::int64_t on_subject) {
        marks.push_back({(point.x + 0.5F) / width, (point.y + 0.5F) / height, kPointSide,
                         kPointSide, on_subject});
    };
    for (const Point& point : hints.subject_points) add(point, 1);
    for (const Point& point : hints.background_points) add(point, 0);
    return marks;
}

// The marks in the decoder's slots, as many as it has; the others are masked.
std::vector<NamedTensor> fill_slots(const Model& model, const Graph& decoder,
                                    std::vector<Mark> marks) {
    const auto name = [&](std::string_view ours) { return tensor_name(model, ours); };
    const auto* boxes = decoder.find_input(name("box_coords"));
    if (boxes == nullptr && !marks.empty())
        throw Error(ErrorCode::mismatch, "this export takes words alone, no boxes or points",
                    decoder.file().string());
    if (boxes == nullptr) return {};
    const std::int64_t given = std::ssize(marks);
    const bool open = boxes->shape.empty() || boxes->shape[0] < 1;
    const std::int64_t slots = open ? std::max<std::int64_t>(given, 1) : boxes->shape[0];
    if (given > slots)
        throw Error(
            ErrorCode::usage,
            fmt::format("this export takes {} box or point a subject, not {}", slots, given),
            decoder.file().string());
    marks.resize(static_cast<std::size_t>(slots));
    std::vector<float> coordinates;
    std::vector<std::int64_t> labels;
    std::vector<std::uint8_t> masked;
    for (const Mark& mark : marks) {
        coordinates.insert(coordinates.end(), {mark.x, mark.y, mark.width, mark.height});
        labels.push_back(mark.on_subject);
        masked.push_back(std::ssize(masked) >= given);
    }
    return {{name("box_coords"), inference::make_tensor({slots, 1, 4}, std::move(coordinates))},
            {name("box_labels"), inference::make_tensor({slots, 1}, std::move(labels))},
            {name("box_masks"), inference::make_tensor({1, slots}, std::move(masked))}};
}

NamedTensor side(std::string name, int length, double scale) {
    const auto scaled = static_cast<std::int64_t>(std::max(1.0, std::round(length * scale)));
    return {std::move(name), inference::make_tensor({}, std::vector<std::int64_t>{scaled})};
}

// Exports that end as SAM 3's own program does: only what is there, with its probability.
Candidates read_found(const Model& model, const Graph& decoder,
                      const std::vector<NamedTensor>& inputs, const RunContext& run) {
    const auto found =
        decoder.run(inputs, {tensor_name(model, "scores"), tensor_name(model, "masks")}, run);
    return {.kind = CandidateKind::instances,
            .form = MaskForm::probabilities,
            .scores = found[0].floats(),
            .masks = found[1]};
}

float probability(float logit) {
    return 1.0F / (1.0F + std::exp(-logit));
}

// Exports without these last steps: all that the network asks itself about. A thing is there as far
// as its query sees it and the network sees any such thing at all.
Candidates read_queries(const Model& model, const Graph& decoder,
                        const std::vector<NamedTensor>& inputs, const RunContext& run) {
    const auto found =
        decoder.run(inputs,
                    {tensor_name(model, "pred_logits"), tensor_name(model, "presence_logit_dec"),
                     tensor_name(model, "pred_masks")},
                    run);
    std::vector<float> scores = found[0].floats();
    const std::vector<float> presence = found[1].floats();
    if (presence.size() != 1)
        decoder.fail(fmt::format("gives {} values for the presence, not one", presence.size()));
    for (float& score : scores) score = probability(score) * probability(presence[0]);
    return {.kind = CandidateKind::instances,
            .form = MaskForm::logits,
            .scores = std::move(scores),
            .masks = found[2]};
}

}  // namespace

Candidates decode_concept(const Model& model, const EncodedPicture& picture,
                          const std::vector<NamedTensor>& text, const SubjectHints& hints,
                          const RunContext& run) {
    const Graph& decoder = inference::ModelAccess::graph(model, "decoder");
    const auto name = [&](std::string_view ours) { return tensor_name(model, ours); };
    const Size size = picture.picture;
    const double scale = std::min(1.0, kLongestMask / std::max(size.width, size.height));

    std::vector<NamedTensor> inputs = picture.features;
    inputs.insert(inputs.end(), text.begin(), text.end());
    for (auto& slot : fill_slots(model, decoder, marks_of(hints, size)))
        inputs.push_back(std::move(slot));
    inputs.push_back(side(name("original_height"), size.height, scale));
    inputs.push_back(side(name("original_width"), size.width, scale));

    Candidates candidates = decoder.find_output(name("scores")) != nullptr
                                ? read_found(model, decoder, inputs, run)
                                : read_queries(model, decoder, inputs, run);
    check_candidates(decoder, candidates);
    return candidates;
}

}  // namespace diorama::perception
