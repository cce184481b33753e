#include "teacher/onnx_teacher.h"

#include <algorithm>
#include <fstream>
#include <memory>

#include "diorama/error.h"
#include "export/onnx_file.h"
#include "inference/graph.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

bool computes(const onnx::GraphProto& graph, const std::string& tensor) {
    return std::ranges::any_of(graph.node(), [&](const onnx::NodeProto& node) {
        return std::ranges::find(node.output(), tensor) != node.output().end();
    });
}

inference::Tensor to_inference(const torch::Tensor& tensor) {
    const auto plain = tensor.contiguous();
    const auto* first = plain.data_ptr<float>();
    return inference::make_tensor(plain.sizes().vec(),
                                  std::vector<float>(first, first + plain.numel()));
}

torch::Tensor to_torch(const inference::Tensor& tensor) {
    const auto values = tensor.floats();
    return torch::tensor(torch::ArrayRef<float>(values)).view(tensor.shape);
}

}  // namespace

void name_as_outputs(const fs::path& from, const std::vector<std::string>& tensors,
                     const fs::path& to) {
    auto model = read_onnx(from);
    auto& graph = *model.mutable_graph();
    for (const auto& tensor : tensors) {
        if (!computes(graph, tensor))
            throw Error(ErrorCode::usage, "has no tensor '" + tensor + "'", from.string());
        auto& output = *graph.add_output();
        output.set_name(tensor);
        output.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    }
    std::ofstream stream(to, std::ios::binary);
    if (!model.SerializeToOstream(&stream) || !stream.flush())
        throw Error(ErrorCode::unwritable, "cannot be written", to.string());
}

Teacher open_onnx_teacher(const fs::path& file, const std::vector<std::string>& features,
                          const fs::path& scratch) {
    name_as_outputs(file, features, scratch);
    const auto graph =
        std::make_shared<inference::Graph>(scratch, Device::cpu, 1, inference::Memory::keep);
    const std::string input = graph->inputs().front().name;
    std::vector<std::string> wanted{graph->outputs().front().name};
    wanted.insert(wanted.end(), features.begin(), features.end());

    return [graph, input, wanted](const torch::Tensor& pictures) {
        std::vector<std::vector<torch::Tensor>> answers(wanted.size());
        for (std::int64_t i = 0; i < pictures.size(0); ++i) {
            const auto results =
                graph->run({{input, to_inference(255 * pictures.narrow(0, i, 1))}}, wanted);
            for (std::size_t k = 0; k < results.size(); ++k)
                answers[k].push_back(to_torch(results[k]));
        }
        TeacherAnswer answer{.inverse_depth = torch::cat(answers.front()), .features = {}};
        for (std::size_t k = 1; k < answers.size(); ++k)
            answer.features.push_back(torch::cat(answers[k]));
        return answer;
    };
}

}  // namespace diorama::training
