#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <onnx/onnx_pb.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/torch.h>

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace diorama::training {

// Builds an ONNX graph from a TorchScript one, node by node. Each value of the one is known by its
// name in the other; constants become initialisers when a node first needs them as tensors.
class GraphWriter {
 public:
    // `context` is what errors call this export. With `half_weights` large tensors are stored at
    // half precision, each with a node that makes floats of it.
    GraphWriter(std::string context, bool half_weights);

    void add_input(const torch::jit::Value& value, const std::string& name,
                   const torch::Tensor& example);
    // Throws Error: unsupported.
    void add_node(const torch::jit::Node& node);
    void add_output(const torch::jit::Value& value, const std::string& name);
    // Throws Error: unwritable.
    void write(const std::filesystem::path& file) const;

    // What translations of single operations are written with.

    // The ONNX name of a value; a constant is stored first.
    std::string name_of(const torch::jit::Value& value);
    std::string store(const torch::Tensor& tensor);
    // A node of the type whose one output stands for `value`.
    onnx::NodeProto& emit(const std::string& type, const std::vector<std::string>& inputs,
                          const torch::jit::Value& value);
    [[noreturn]] void refuse(const torch::jit::Node& node, const std::string& why) const;

 private:
    std::string context_;
    bool half_weights_ = false;
    onnx::ModelProto model_;
    std::unordered_map<const torch::jit::Value*, std::string> names_;
};

// Attributes of a node.
void set(onnx::NodeProto& node, const std::string& name, std::int64_t value);
void set(onnx::NodeProto& node, const std::string& name, const std::vector<std::int64_t>& values);
void set(onnx::NodeProto& node, const std::string& name, const std::string& value);

// One operation of libtorch as ONNX nodes.
using Translation = void (*)(GraphWriter& writer, const torch::jit::Node& node);
// Null for an operation that is not known.
[[nodiscard]] Translation find_translation(const std::string& operation);

}  // namespace diorama::training
