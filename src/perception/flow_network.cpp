#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "diorama/error.h"
#include "diorama/flow.h"
#include "diorama/opencv.h"
#include "inference/fitting.h"
#include "inference/interface.h"
#include "inference/model_access.h"
#include "perception/flow_size.h"

namespace diorama {
namespace {

using inference::Graph;
using inference::NamedTensor;
using inference::Shape;
using inference::Tensor;
using inference::TensorInfo;

// dx and dy as two planes.
bool is_flow(const Shape& shape, Size size) {
    const Shape wanted{1, 2, size.height, size.width};
    return std::ranges::equal(shape, wanted,
                              [](auto found, auto side) { return found < 0 || found == side; });
}

// The output that the block names or, since exports number theirs, the one that is flow at the
// input's size. RAFT has a second one at an eighth of it.
const TensorInfo& flow_output(const Graph& graph, const std::string& name, Size size) {
    if (!name.empty()) return graph.output(name);
    const auto fits = [&](const TensorInfo& output) { return is_flow(output.shape, size); };
    const auto found = std::ranges::find_if(graph.outputs(), fits);
    if (found == graph.outputs().end() || std::ranges::count_if(graph.outputs(), fits) > 1)
        graph.fail(fmt::format("which output is the flow? name it in 'outputs'; expected {}",
                               inference::describe({1, 2, size.height, size.width})));
    return *found;
}

// A tensor of each picture in, two planes of the input's size out.
Tensor run_network(const Graph& graph, const ModelInterface& interface, Size size,
                   const Image& from, const Image& to, const RunContext& run) {
    const TensorInfo& first = graph.input(interface.input.name);
    const TensorInfo& second = graph.input(interface.second_input);
    for (const TensorInfo* input : {&first, &second})
        inference::check_picture_input(graph, *input, interface.input, size);
    const auto named =
        std::ranges::find(interface.outputs, OutputMeaning::flow, &ModelOutput::meaning);
    const TensorInfo& output = flow_output(graph, named->name, size);

    const std::vector<NamedTensor> inputs{
        {first.name, inference::picture_tensor(from, size, interface.input)},
        {second.name, inference::picture_tensor(to, size, interface.input)}};
    Tensor flow = graph.run(inputs, {output.name}, run).front();
    if (!is_flow(flow.shape, size))
        graph.fail(fmt::format("output '{}': expected {}, found {}", output.name,
                               inference::describe({1, 2, size.height, size.width}),
                               inference::describe(flow.shape)));
    return flow;
}

double squeeze(Size picture, Size network) {
    return std::abs(std::log(static_cast<double>(picture.width) * network.height /
                             (static_cast<double>(picture.height) * network.width)));
}

Image transpose(const Image& picture) {
    Image turned({picture.height(), picture.width()}, picture.sample_type(), picture.alpha());
    cv::Mat target = as_mat(turned);
    cv::transpose(as_mat(picture), target);
    return turned;
}

FlowMap transpose(const FlowMap& map) {
    FlowMap turned({map.height(), map.width()});
    cv::Mat target = as_mat(turned);
    cv::transpose(as_mat(map), target);
    return turned;
}

}  // namespace

Flow estimate_flow(const Model& model, const Image& from, const Image& to, const RunContext& run) {
    const ModelInterface& interface = model.interface();
    if (interface.task != ModelTask::flow)
        throw Error(ErrorCode::mismatch,
                    fmt::format("this is a {} model, not one that finds flow",
                                inference::name_of(interface.task)),
                    "--flow-model");
    perception::require_same_size(from.size(), to.size());

    // What is up means nothing to flow: (x, y) and (dx, dy) may change places.
    const Size size = model.input_size(from.size());
    const Size turned{from.height(), from.width()};
    if (model.input_size(turned) == size && squeeze(turned, size) < squeeze(from.size(), size)) {
        const Flow flow = estimate_flow(model, transpose(from), transpose(to), run);
        return {transpose(flow.dy), transpose(flow.dx)};
    }

    const auto values = run_network(inference::ModelAccess::graph(model, from.size()), interface,
                                    size, from, to, run)
                            .floats();
    const auto plane = [&](int n) {
        return cv::Mat_<float>(size.height, size.width,
                               const_cast<float*>(values.data()) + n * size.area());
    };
    return perception::resize_flow(plane(0), plane(1), from.size());
}

}  // namespace diorama
