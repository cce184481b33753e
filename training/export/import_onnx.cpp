#include "export/import_onnx.h"

#include <torch/csrc/jit/ir/constants.h>

#include <cstring>
#include <map>

#include "diorama/error.h"
#include "export/onnx_file.h"
#include "export/trace.h"
#include "network/convolution.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

namespace jit = torch::jit;

std::vector<std::shared_ptr<ConvolutionImpl>> list_convolutions(torch::nn::Module& network) {
    std::vector<std::shared_ptr<ConvolutionImpl>> convolutions;
    for (const auto& module : network.modules())
        if (auto convolution = std::dynamic_pointer_cast<ConvolutionImpl>(module))
            convolutions.push_back(std::move(convolution));
    return convolutions;
}

// The network's convolutions in the order in which the function runs them: each is given its number
// as its bias, and the function is followed.
std::vector<std::shared_ptr<ConvolutionImpl>> in_order(torch::nn::Module& network,
                                                       const ExportedFunction& function) {
    const auto convolutions = list_convolutions(network);
    const torch::NoGradGuard no_gradients;
    for (std::size_t i = 0; i < convolutions.size(); ++i)
        convolutions[i]->bias().fill_(static_cast<float>(i));
    std::vector<std::shared_ptr<ConvolutionImpl>> ordered;
    const auto graph = trace(network, function);
    for (const auto* node : graph->nodes()) {
        if (std::string(node->kind().toQualString()) != "aten::_convolution") continue;
        const auto number = jit::toIValue(node->inputs().at(2))->toTensor();
        ordered.push_back(convolutions.at(number.flatten()[0].item<std::int64_t>()));
    }
    return ordered;
}

torch::Tensor decode(const onnx::TensorProto& proto) {
    const bool half = proto.data_type() == onnx::TensorProto::FLOAT16;
    const std::vector<std::int64_t> sides(proto.dims().begin(), proto.dims().end());
    auto tensor = torch::empty(sides, half ? torch::kHalf : torch::kFloat);
    if (proto.raw_data().size() != tensor.nbytes()) return {};
    std::memcpy(tensor.data_ptr(), proto.raw_data().data(), tensor.nbytes());
    return tensor.to(torch::kFloat);
}

// What the file's convolutions are done with, by the name under which they take it: numbers, or
// what makes floats of them.
std::map<std::string, torch::Tensor> read_weights(const onnx::GraphProto& graph) {
    std::map<std::string, torch::Tensor> weights;
    for (const auto& proto : graph.initializer())
        if (proto.data_type() == onnx::TensorProto::FLOAT ||
            proto.data_type() == onnx::TensorProto::FLOAT16)
            weights[proto.name()] = decode(proto);
    for (const auto& node : graph.node())
        if (node.op_type() == "Cast" && weights.contains(node.input(0)))
            weights[node.output(0)] = weights[node.input(0)];
    return weights;
}

}  // namespace

void import_onnx(torch::nn::Module& network, const ExportedFunction& function,
                 const fs::path& file) {
    const auto model = read_onnx(file);
    const auto weights = read_weights(model.graph());
    const auto other_shape = [&] {
        return Error(ErrorCode::mismatch, "holds a network of another shape", file.string());
    };
    const auto find = [&](const onnx::NodeProto& node, int input, const torch::Tensor& like) {
        const auto found =
            input < node.input_size() ? weights.find(node.input(input)) : weights.end();
        if (found == weights.end() || !found->second.defined() ||
            found->second.sizes() != like.sizes())
            throw other_shape();
        return found->second;
    };
    const auto convolutions = in_order(network, function);
    std::size_t next = 0;
    for (const auto& node : model.graph().node()) {
        if (node.op_type() != "Conv") continue;
        if (next == convolutions.size()) throw other_shape();
        auto& convolution = *convolutions[next++];
        convolution.take(find(node, 1, convolution.filters()), find(node, 2, convolution.bias()));
    }
    if (next != convolutions.size()) throw other_shape();
}

std::vector<std::string> list_outputs(const fs::path& file) {
    const auto model = read_onnx(file);
    std::vector<std::string> names;
    for (const auto& output : model.graph().output()) names.push_back(output.name());
    return names;
}

}  // namespace diorama::training
