#include "export/export_onnx.h"

#include "diorama/error.h"
#include "export/graph_writer.h"
#include "export/trace.h"

namespace diorama::training {
void export_onnx(torch::nn::Module& network, const ExportedFunction& function,
                 const std::filesystem::path& file) {
    const auto graph = trace(network, function);
    if (graph->outputs().size() != function.output_names.size())
        throw Error(ErrorCode::usage, "each output of an exported network needs a name",
                    file.string());
    GraphWriter writer(file.string(), function.half_weights);
    writer.add_input(*graph->inputs().at(0), function.input_name, function.example);
    for (const auto* node : graph->nodes()) writer.add_node(*node);
    for (std::size_t i = 0; i < function.output_names.size(); ++i)
        writer.add_output(*graph->outputs()[i], function.output_names[i]);
    writer.write(file);
}

}  // namespace diorama::training
