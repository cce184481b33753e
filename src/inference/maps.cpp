#include "inference/maps.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "inference/fitting.h"
#include "inference/interface.h"

namespace diorama::inference {
namespace {

void check_output(const Graph& graph, const TensorInfo& tensor) {
    if (tensor.element != Element::f32 && tensor.element != Element::f16 &&
        tensor.element != Element::u8)
        graph.fail(fmt::format("output '{}': expected float32, float16 or uint8, found {}",
                               tensor.name, name_of(tensor.element)));
    const Shape& shape = tensor.shape;
    // A side that is only known at run time may turn out to be anything.
    const bool open = std::ranges::any_of(shape, [](auto side) { return side < 0; });
    if (shape.size() < 2 || shape.size() > 4 || (!open && !map_size(shape)))
        graph.fail(
            fmt::format("output '{}': expected one map such as [1, 1, height, width], found {}",
                        tensor.name, describe(shape)));
}

}  // namespace

void check_maps(const Graph& graph, const ModelInterface& interface, std::optional<Size> size) {
    check_picture_input(graph, graph.input(interface.input.name), interface.input, size);
    if (graph.inputs().size() != 1)
        graph.fail(fmt::format("needs {} inputs; a {} network has one, the picture",
                               graph.inputs().size(), name_of(interface.task)));
    for (const auto& output : interface.outputs) check_output(graph, graph.output(output.name));
}

std::vector<ModelResult> run_maps(const Graph& graph, const ModelInterface& interface,
                                  const Image& picture, Size size, const RunContext& run) {
    std::vector<std::string> names;
    for (const auto& output : interface.outputs) names.push_back(graph.output(output.name).name);
    const auto tensors = graph.run(
        {{graph.input(interface.input.name).name, picture_tensor(picture, size, interface.input)}},
        names, run);

    std::vector<ModelResult> results;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const auto map = map_size(tensors[i].shape);
        if (!map)
            graph.fail(fmt::format("output '{}': expected one map, found {}", names[i],
                                   describe(tensors[i].shape)));
        ModelResult result{interface.outputs[i].meaning, *map, tensors[i].floats()};
        if (tensors[i].element == Element::u8)
            for (float& value : result.values) value /= 255.0F;
        results.push_back(std::move(result));
    }
    return results;
}

// Height and width are what is left when sides of 1 are put away, or the whole where the map itself
// is one pixel wide or high.
std::optional<Size> map_size(const Shape& shape) {
    const std::size_t rank = shape.size();
    if (rank < 2 || rank > 4) return std::nullopt;
    const bool channels_last = rank == 4 && shape[3] == 1 && shape[1] != 1;
    const std::size_t row = channels_last ? 1 : rank - 2;
    for (std::size_t i = 0; i < rank; ++i)
        if (i != row && i != row + 1 && shape[i] != 1) return std::nullopt;
    if (shape[row] < 1 || shape[row + 1] < 1) return std::nullopt;
    return Size{static_cast<int>(shape[row + 1]), static_cast<int>(shape[row])};
}

}  // namespace diorama::inference
