#include "export/graph_writer.h"

#include <torch/csrc/jit/ir/constants.h>

#include <fstream>
#include <utility>

#include "diorama/error.h"

namespace diorama::training {
namespace {

constexpr int kOperatorSet = 13;
constexpr int kIrVersion = 7;  // the one that came with operator set 13

// Smaller tensors than this are constants and biases, not worth a node.
constexpr std::int64_t kLargeTensor = 512;

// As integers where it is integers, else as floats of `type`: kFloat or kHalf.
onnx::TensorProto encode(const torch::Tensor& tensor, const std::string& name,
                         torch::ScalarType type) {
    onnx::TensorProto proto;
    proto.set_name(name);
    for (const auto side : tensor.sizes()) proto.add_dims(side);
    if (tensor.scalar_type() == torch::kLong) type = torch::kLong;
    proto.set_data_type(type == torch::kLong   ? onnx::TensorProto::INT64
                        : type == torch::kHalf ? onnx::TensorProto::FLOAT16
                                               : onnx::TensorProto::FLOAT);
    const auto plain = tensor.to(torch::kCPU, type).contiguous();
    proto.set_raw_data(plain.data_ptr(), plain.nbytes());
    return proto;
}

// The batch and the two sides may be any, and have the same name wherever they are the same.
void describe(onnx::ValueInfoProto& info, const std::string& name,
              const std::vector<std::pair<std::int64_t, std::string>>& sides) {
    info.set_name(name);
    auto& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(onnx::TensorProto::FLOAT);
    for (const auto& [length, word] : sides) {
        auto& side = *tensor.mutable_shape()->add_dim();
        if (word.empty())
            side.set_dim_value(length);
        else
            side.set_dim_param(word);
    }
}

}  // namespace

GraphWriter::GraphWriter(std::string context, bool half_weights)
    : context_(std::move(context)), half_weights_(half_weights) {
    model_.set_ir_version(kIrVersion);
    model_.set_producer_name("diorama-train");
    model_.add_opset_import()->set_version(kOperatorSet);
    model_.mutable_graph()->set_name("network");
}

void GraphWriter::add_input(const torch::jit::Value& value, const std::string& name,
                            const torch::Tensor& example) {
    names_[&value] = name;
    describe(*model_.mutable_graph()->add_input(), name,
             {{0, "batch"}, {example.size(1), ""}, {0, "height"}, {0, "width"}});
}

void GraphWriter::add_node(const torch::jit::Node& node) {
    if (node.kind() == torch::jit::prim::Constant) return;
    const auto translate = find_translation(node.kind().toQualString());
    if (translate == nullptr) refuse(node, "has no translation to ONNX");
    translate(*this, node);
}

void GraphWriter::add_output(const torch::jit::Value& value, const std::string& name) {
    auto& identity = *model_.mutable_graph()->add_node();
    identity.set_op_type("Identity");
    identity.add_input(name_of(value));
    identity.add_output(name);
    const auto channels = value.type()->expect<c10::TensorType>()->sizes()[1];
    describe(*model_.mutable_graph()->add_output(), name,
             {{0, "batch"}, {channels.value(), ""}, {0, name + "_height"}, {0, name + "_width"}});
}

void GraphWriter::write(const std::filesystem::path& file) const {
    auto partial = file;
    partial += ".partial";
    std::ofstream stream(partial, std::ios::binary);
    if (!model_.SerializeToOstream(&stream) || !stream.flush())
        throw Error(ErrorCode::unwritable, "cannot be written", file.string());
    stream.close();
    std::filesystem::rename(partial, file);
}

std::string GraphWriter::name_of(const torch::jit::Value& value) {
    const auto known = names_.find(&value);
    if (known != names_.end()) return known->second;
    const auto constant = torch::jit::toIValue(&value);
    if (!constant || !constant->isTensor())
        refuse(*value.node(), "gives a value that is no tensor where one is needed");
    return names_[&value] = store(constant->toTensor());
}

std::string GraphWriter::store(const torch::Tensor& tensor) {
    auto& graph = *model_.mutable_graph();
    const std::string name = "weights" + std::to_string(graph.initializer_size());
    const bool half = half_weights_ && tensor.is_floating_point() && tensor.numel() >= kLargeTensor;
    *graph.add_initializer() = encode(tensor, name, half ? torch::kHalf : torch::kFloat);
    if (!half) return name;
    auto& cast = *graph.add_node();
    cast.set_op_type("Cast");
    cast.set_name(name + "_as_floats");
    cast.add_input(name);
    cast.add_output(cast.name());
    set(cast, "to", std::int64_t{onnx::TensorProto::FLOAT});
    return cast.name();
}

onnx::NodeProto& GraphWriter::emit(const std::string& type, const std::vector<std::string>& inputs,
                                   const torch::jit::Value& value) {
    auto& graph = *model_.mutable_graph();
    const std::string output = type + std::to_string(graph.node_size());
    auto& node = *graph.add_node();
    node.set_op_type(type);
    node.set_name(output);
    for (const auto& input : inputs) node.add_input(input);
    node.add_output(output);
    names_[&value] = output;
    return node;
}

void GraphWriter::refuse(const torch::jit::Node& node, const std::string& why) const {
    throw Error(ErrorCode::unsupported,
                std::string("operation '") + node.kind().toQualString() + "' " + why, context_);
}

void set(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
    auto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
}

void set(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values) {
    auto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const auto value : values) attribute.add_ints(value);
}

void set(onnx::NodeProto& node, const std::string& name, const std::string& value) {
    auto& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(onnx::AttributeProto::STRING);
    attribute.set_s(value);
}

}  // namespace diorama::training
