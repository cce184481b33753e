#include <algorithm>
#include <numeric>

#include "inference/model_access.h"
#include "perception/segment_candidates.h"

namespace diorama::perception {

using inference::Graph;
using inference::NamedTensor;
using inference::Shape;

namespace {

// What a point means to SAM's decoder.
enum Label { padding = -1, beside = 0, on = 1, top_left = 2, bottom_right = 3 };

// The hints as points in the network's pixels.
struct LabelledPoints {
    std::vector<float> coordinates{};
    std::vector<float> labels{};

    void add(double x, double y, Label label) {
        coordinates.push_back(static_cast<float>(x));
        coordinates.push_back(static_cast<float>(y));
        labels.push_back(static_cast<float>(label));
    }
};

LabelledPoints label_points(const SubjectHints& hints, const EncodedPicture& picture,
                            PromptFamily family) {
    const double sx = static_cast<double>(picture.seen.width) / picture.picture.width;
    const double sy = static_cast<double>(picture.seen.height) / picture.picture.height;
    LabelledPoints points;
    for (const Point& point : hints.subject_points)
        points.add(point.x * sx, point.y * sy, Label::on);
    for (const Point& point : hints.background_points)
        points.add(point.x * sx, point.y * sy, Label::beside);
    if (hints.box) {
        const Rect& box = *hints.box;
        points.add(box.x * sx, box.y * sy, Label::top_left);
        points.add((box.x + box.width) * sx, (box.y + box.height) * sy, Label::bottom_right);
    } else if (family == PromptFamily::sam) {
        // SAM was trained with one more point where it had no box.
        points.add(0, 0, Label::padding);
    }
    return points;
}

// No mask from a step before: zeros in the shape that the decoder wants.
NamedTensor zeros(const inference::TensorInfo& input) {
    Shape shape = input.shape;
    std::ranges::replace(shape, -1, 1);
    const auto count =
        std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
    return {input.name,
            inference::make_tensor(shape, std::vector<float>(static_cast<std::size_t>(count)))};
}

}  // namespace

Candidates decode_points(const Model& model, const EncodedPicture& picture,
                         const SubjectHints& hints, const RunContext& run) {
    const Graph& decoder = inference::ModelAccess::graph(model, "decoder");
    const auto name = [&](std::string_view ours) { return tensor_name(model, ours); };
    const LabelledPoints points = label_points(hints, picture, model.interface().prompts.family);
    const std::int64_t count = std::ssize(points.labels);

    std::vector<NamedTensor> inputs = picture.features;
    inputs.push_back(
        {name("point_coords"), inference::make_tensor({1, count, 2}, points.coordinates)});
    inputs.push_back({name("point_labels"), inference::make_tensor({1, count}, points.labels)});
    for (const char* input : {"mask_input", "has_mask_input"})
        if (const auto* tensor = decoder.find_input(name(input))) inputs.push_back(zeros(*tensor));
    // Masks in more pixels than the network sees would hold no more.
    inputs.push_back(
        {name("orig_im_size"),
         inference::make_tensor({2}, std::vector<float>{static_cast<float>(picture.seen.height),
                                                        static_cast<float>(picture.seen.width)})});

    // SAM's small masks lie over its padding, too. They are better than the large ones, which some
    // exports cut to the shape of the picture that they were made with.
    const std::string small = name("low_res_masks");
    const bool padded = decoder.find_output(small) != nullptr;
    const auto outputs =
        decoder.run(inputs, {padded ? small : name("masks"), name("iou_predictions")}, run);
    Candidates candidates{.kind = CandidateKind::readings,
                          .form = MaskForm::logits,
                          .scores = outputs[1].floats(),
                          .masks = outputs[0]};
    if (padded)
        candidates.seen = {static_cast<double>(picture.seen.width) / picture.whole.width,
                           static_cast<double>(picture.seen.height) / picture.whole.height};
    check_candidates(decoder, candidates);
    return candidates;
}

}  // namespace diorama::perception
