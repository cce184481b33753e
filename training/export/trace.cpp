#include "export/trace.h"

#include <torch/csrc/jit/frontend/tracer.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>

namespace diorama::training {

namespace jit = torch::jit;

namespace {

// A network as it is used, not trained: its weights are numbers, so that tracing may store them.
class Frozen {
 public:
    explicit Frozen(torch::nn::Module& network)
        : network_(network), was_training_(network.is_training()) {
        network_.eval();
        for (auto& parameter : network_.parameters()) {
            wanted_gradient_.push_back(parameter.requires_grad());
            parameter.requires_grad_(false);
        }
    }
    ~Frozen() {
        network_.train(was_training_);
        const auto parameters = network_.parameters();
        for (std::size_t i = 0; i < parameters.size(); ++i)
            parameters[i].requires_grad_(wanted_gradient_[i]);
    }
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;

 private:
    torch::nn::Module& network_;
    bool was_training_;
    std::vector<bool> wanted_gradient_;
};

}  // namespace

std::shared_ptr<jit::Graph> trace(torch::nn::Module& network, const ExportedFunction& function) {
    const Frozen frozen(network);
    const torch::NoGradGuard no_gradients;
    const auto call = [&](jit::Stack inputs) {
        jit::Stack outputs;
        for (auto& output : function.call(inputs.front().toTensor())) outputs.emplace_back(output);
        return outputs;
    };
    const auto no_name = [](const torch::autograd::Variable&) { return std::string(); };
    auto graph = jit::tracer::trace({function.example}, call, no_name).first->graph;
    jit::ConstantPropagation(graph);
    jit::EliminateDeadCode(graph);
    return graph;
}

}  // namespace diorama::training
