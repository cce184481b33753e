#include <torch/csrc/jit/ir/constants.h>

#include <string>
#include <unordered_map>

#include "export/graph_writer.h"

// Each translation reads a libtorch operation's arguments in the order of its declaration in
// ATen's native_functions.yaml.

namespace diorama::training {
namespace {

namespace jit = torch::jit;

c10::IValue argument(const GraphWriter& writer, const jit::Node& node, std::size_t index) {
    auto value = jit::toIValue(node.inputs().at(index));
    if (!value) writer.refuse(node, "has an argument that depends on the input's size");
    return *value;
}

std::vector<std::int64_t> integers(const GraphWriter& writer, const jit::Node& node,
                                   std::size_t index) {
    return argument(writer, node, index).toIntVector();
}

// One number for each of the two directions; libtorch may name it once for both.
std::vector<std::int64_t> pair(const GraphWriter& writer, const jit::Node& node,
                               std::size_t index) {
    auto numbers = integers(writer, node, index);
    numbers.resize(2, numbers.front());
    return numbers;
}

std::string tensor(GraphWriter& writer, const jit::Node& node, std::size_t index) {
    return writer.name_of(*node.inputs().at(index));
}

// A tensor, or a number as one.
std::string operand(GraphWriter& writer, const jit::Node& node, std::size_t index) {
    const auto constant = jit::toIValue(node.inputs().at(index));
    if (constant && constant->isScalar())
        return writer.store(torch::tensor(constant->toScalar().to<float>()));
    return tensor(writer, node, index);
}

template <const char* kType>
void translate_unary(GraphWriter& writer, const jit::Node& node) {
    writer.emit(kType, {tensor(writer, node, 0)}, *node.output());
}

template <const char* kType>
void translate_binary(GraphWriter& writer, const jit::Node& node) {
    writer.emit(kType, {operand(writer, node, 0), operand(writer, node, 1)}, *node.output());
}

// a + alpha·b and a − alpha·b.
template <const char* kType>
void translate_sum(GraphWriter& writer, const jit::Node& node) {
    if (argument(writer, node, 2).toScalar().to<double>() != 1.0)
        writer.refuse(node, "has a factor other than 1");
    translate_binary<kType>(writer, node);
}

void translate_convolution(GraphWriter& writer, const jit::Node& node) {
    enum { input, weight, bias, stride, padding, dilation, transposed, output_padding, groups };
    if (argument(writer, node, transposed).toBool()) writer.refuse(node, "is transposed");
    std::vector<std::string> inputs{tensor(writer, node, input), tensor(writer, node, weight)};
    const auto offset = jit::toIValue(node.inputs().at(bias));
    if (!offset || !offset->isNone()) inputs.push_back(tensor(writer, node, bias));

    auto& convolution = writer.emit("Conv", inputs, *node.output());
    const auto pads = pair(writer, node, padding);
    set(convolution, "strides", pair(writer, node, stride));
    set(convolution, "dilations", pair(writer, node, dilation));
    set(convolution, "group", argument(writer, node, groups).toInt());
    set(convolution, "pads", std::vector{pads[0], pads[1], pads[0], pads[1]});
}

void translate_mean(GraphWriter& writer, const jit::Node& node) {
    auto& mean = writer.emit("ReduceMean", {tensor(writer, node, 0)}, *node.output());
    set(mean, "axes", integers(writer, node, 1));
    set(mean, "keepdims", argument(writer, node, 2).toBool() ? 1 : 0);
}

void translate_max_pool(GraphWriter& writer, const jit::Node& node) {
    enum { input, size, stride, padding, dilation, ceiling };
    if (argument(writer, node, ceiling).toBool()) writer.refuse(node, "rounds sizes up");
    const auto pads = pair(writer, node, padding);
    const bool has_stride = !integers(writer, node, stride).empty();
    auto& pool = writer.emit("MaxPool", {tensor(writer, node, input)}, *node.output());
    set(pool, "kernel_shape", pair(writer, node, size));
    set(pool, "strides", pair(writer, node, has_stride ? stride : size));
    set(pool, "dilations", pair(writer, node, dilation));
    set(pool, "pads", std::vector{pads[0], pads[1], pads[0], pads[1]});
}

void translate_enlarging(GraphWriter& writer, const jit::Node& node) {
    enum { input, output_size, align_corners, scale_down, scale_across };
    if (argument(writer, node, align_corners).toBool()) writer.refuse(node, "aligns corners");
    const auto scale = [&](std::size_t index) {
        const auto value = argument(writer, node, index);
        if (value.isNone()) writer.refuse(node, "has a fixed size instead of a scale");
        return static_cast<float>(value.toDouble());
    };
    const auto scales =
        writer.store(torch::tensor({1.0F, 1.0F, scale(scale_down), scale(scale_across)}));
    auto& resize = writer.emit("Resize", {tensor(writer, node, input), "", scales}, *node.output());
    set(resize, "mode", "linear");
    set(resize, "coordinate_transformation_mode", "half_pixel");
}

void translate_pixel_shuffle(GraphWriter& writer, const jit::Node& node) {
    auto& shuffle = writer.emit("DepthToSpace", {tensor(writer, node, 0)}, *node.output());
    set(shuffle, "blocksize", argument(writer, node, 1).toInt());
    set(shuffle, "mode", "CRD");
}

void translate_slice(GraphWriter& writer, const jit::Node& node) {
    enum { input, axis, start, end, step };
    std::vector<std::string> inputs{tensor(writer, node, input)};
    for (const auto index : {start, end, axis, step})
        inputs.push_back(writer.store(torch::tensor({argument(writer, node, index).toInt()})));
    writer.emit("Slice", inputs, *node.output());
}

void translate_concatenation(GraphWriter& writer, const jit::Node& node) {
    std::vector<std::string> inputs;
    for (const auto* part : node.inputs().at(0)->node()->inputs())
        inputs.push_back(writer.name_of(*part));
    auto& concatenation = writer.emit("Concat", inputs, *node.output());
    set(concatenation, "axis", argument(writer, node, 1).toInt());
}

// A list is only ever read by the operation that takes it.
void pass_over(GraphWriter&, const jit::Node&) {}

constexpr char kAdd[] = "Add";
constexpr char kSub[] = "Sub";
constexpr char kMul[] = "Mul";
constexpr char kRelu[] = "Relu";
constexpr char kSigmoid[] = "Sigmoid";

}  // namespace

Translation find_translation(const std::string& operation) {
    static const std::unordered_map<std::string, Translation> table{
        {"aten::_convolution", translate_convolution},
        {"aten::add", translate_sum<kAdd>},
        {"aten::cat", translate_concatenation},
        {"aten::max_pool2d", translate_max_pool},
        {"aten::mean", translate_mean},
        {"aten::mul", translate_binary<kMul>},
        {"aten::pixel_shuffle", translate_pixel_shuffle},
        {"aten::relu", translate_unary<kRelu>},
        {"aten::sigmoid", translate_unary<kSigmoid>},
        {"aten::slice", translate_slice},
        {"aten::sub", translate_sum<kSub>},
        {"aten::upsample_bilinear2d", translate_enlarging},
        {"prim::ListConstruct", pass_over},
    };
    const auto found = table.find(operation);
    return found == table.end() ? nullptr : found->second;
}

}  // namespace diorama::training
