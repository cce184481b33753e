#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/tone_estimate.h"
#include "inference/fitting.h"
#include "inference/interface.h"
#include "inference/model_access.h"
#include "roto/light.h"

namespace diorama {
namespace {

using inference::Graph;
using inference::Tensor;

// Larger pictures are seen in parts of this side, of which this much at each border is only looked
// at: more than a U-Net with four halvings sees beyond a pixel.
constexpr int kLargestSide = 1024;
constexpr int kOverlap = 96;

Image as_image(const cv::Mat_<cv::Vec3b>& colours) {
    Image image({colours.cols, colours.rows}, SampleType::u8, AlphaKind::none);
    colours.copyTo(as_mat(image));
    return image;
}

// Five planes of numbers before the softmax.
class Network {
 public:
    Network(const Model& model, Size picture)
        : interface_(model.interface()), graph_(inference::ModelAccess::graph(model, picture)) {
        if (graph_.inputs().size() != 1)
            graph_.fail(fmt::format("needs {} inputs; a tones network has one, the picture",
                                    graph_.inputs().size()));
        inference::check_picture_input(graph_, graph_.input(interface_.input.name),
                                       interface_.input, std::nullopt);
    }

    [[nodiscard]] std::vector<cv::Mat_<float>> run(const Image& picture, Size size,
                                                   const RunContext& run) const {
        const std::string& output = graph_.output(interface_.outputs.front().name).name;
        const Tensor logits =
            graph_
                .run({{graph_.input(interface_.input.name).name,
                       inference::picture_tensor(picture, size, interface_.input)}},
                     {output}, run)
                .front();
        const inference::Shape wanted{1, kToneCount, size.height, size.width};
        if (logits.shape != wanted)
            graph_.fail(fmt::format("output '{}': expected {}, found {}", output,
                                    inference::describe(wanted),
                                    inference::describe(logits.shape)));
        std::vector<float> values = logits.floats();
        std::vector<cv::Mat_<float>> planes;
        for (int i = 0; i < kToneCount; ++i)
            planes.push_back(
                cv::Mat_<float>(size.height, size.width, values.data() + i * size.area()).clone());
        return planes;
    }

 private:
    const ModelInterface& interface_;
    const Graph& graph_;
};

// A part of the picture, continued by its outermost pixels up to a multiple.
Image cut(const cv::Mat_<cv::Vec3b>& colours, const cv::Rect& part, Size size) {
    cv::Mat_<cv::Vec3b> padded;
    cv::copyMakeBorder(colours(part), padded, 0, size.height - part.height, 0,
                       size.width - part.width, cv::BORDER_REPLICATE);
    return as_image(padded);
}

// Where parts begin along a side, and what of each is kept.
struct Stretch {
    int begin = 0, end = 0;            // seen
    int keep_begin = 0, keep_end = 0;  // written
};
std::vector<Stretch> divide(int length) {
    const int step = kLargestSide - 2 * kOverlap;
    if (length <= kLargestSide) return {{0, length, 0, length}};
    std::vector<Stretch> stretches;
    for (int kept = 0; kept < length; kept += step)
        stretches.push_back({std::max(0, kept - kOverlap), std::min(length, kept + step + kOverlap),
                             kept, std::min(length, kept + step)});
    return stretches;
}

std::vector<cv::Mat_<float>> see_at_own_size(const Network& network, const ModelInput& input,
                                             const Image& picture, const RunContext& run) {
    const cv::Mat_<cv::Vec3b> colours = roto::as_bytes(picture);
    std::vector<cv::Mat_<float>> whole(kTones.size());
    for (auto& plane : whole) plane.create(colours.size());
    for (const Stretch& rows : divide(colours.rows))
        for (const Stretch& columns : divide(colours.cols)) {
            run.throw_if_stopped();
            const cv::Rect seen(columns.begin, rows.begin, columns.end - columns.begin,
                                rows.end - rows.begin);
            const Size size = inference::apply_size_rule(input.size, {seen.width, seen.height});
            const auto planes = network.run(cut(colours, seen, size), size, run);
            const cv::Rect kept(columns.keep_begin, rows.keep_begin,
                                columns.keep_end - columns.keep_begin,
                                rows.keep_end - rows.keep_begin);
            for (std::size_t i = 0; i < planes.size(); ++i)
                planes[i](kept - seen.tl()).copyTo(whole[i](kept));
        }
    return whole;
}

bool keeps_size(const SizeRule& rule) {
    return !rule.fixed && rule.short_side == 0 && rule.long_side == 0;
}

ToneProbabilities softmax(const std::vector<cv::Mat_<float>>& logits) {
    const Size size{logits.front().cols, logits.front().rows};
    cv::Mat most = logits.front().clone();
    for (const auto& plane : logits) cv::max(most, plane, most);
    cv::Mat sum = cv::Mat::zeros(most.size(), CV_32F);
    ToneProbabilities probabilities(size);
    for (std::size_t i = 0; i < logits.size(); ++i) {
        cv::Mat_<float> plane = as_mat(probabilities.maps[i]);
        cv::exp(logits[i] - most, plane);
        sum += plane;
    }
    for (auto& map : probabilities.maps) {
        cv::Mat_<float> plane = as_mat(map);
        plane /= sum;
    }
    return probabilities;
}

}  // namespace

ToneProbabilities estimate_tones(const Model& model, const Image& picture, const RunContext& run) {
    const ModelInterface& interface = model.interface();
    if (interface.task != ModelTask::tones)
        throw Error(ErrorCode::mismatch,
                    fmt::format("this is a {} model, not one that finds tones",
                                inference::name_of(interface.task)),
                    "--tone-model");
    const Network network(model, picture.size());
    if (keeps_size(interface.input.size) && interface.variants.empty())
        return softmax(see_at_own_size(network, interface.input, picture, run));
    const cv::Size full(picture.width(), picture.height());
    auto logits = network.run(picture, model.input_size(picture.size()), run);
    for (auto& plane : logits) cv::resize(plane, plane, full, 0, 0, cv::INTER_LINEAR);
    return softmax(logits);
}

}  // namespace diorama
