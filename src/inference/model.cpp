#include "diorama/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "diorama/error.h"
#include "inference/built_in.h"
#include "inference/fitting.h"
#include "inference/interface.h"
#include "inference/maps.h"
#include "inference/model_access.h"

namespace diorama {
namespace fs = std::filesystem;

namespace {

// One file of a model: the only one, a variant, or a part.
struct ModelFile {
    fs::path file{};
    std::optional<Size> size{};  // of the picture; nothing where it depends on the picture
    std::optional<inference::Graph> graph{};  // opened when first needed, then kept
};

// Networks with more pixels than this run once a picture, not once a frame, and can hold gigabytes
// between runs: for them memory counts for more than the time to get it again.
constexpr std::int64_t kLargeInput = 512 * 1024;

bool makes_maps(ModelTask task) {
    return task == ModelTask::depth || task == ModelTask::matte;
}

std::vector<ModelFile> files_of(const ModelInterface& interface) {
    std::vector<ModelFile> files;
    for (const auto& variant : interface.variants)
        files.push_back({.file = variant.file, .size = variant.size});
    for (const auto& part : interface.parts)
        files.push_back({.file = part.file, .size = interface.input.size.fixed});
    if (files.empty())
        files.push_back({.file = interface.file, .size = interface.input.size.fixed});
    return files;
}

}  // namespace

struct Model::State {
    ModelInterface interface;
    Device device = Device::cpu;
    int threads = 0;
    std::vector<ModelFile> files;
    std::mutex opening;

    std::size_t choose(Size picture) const {
        return interface.variants.empty() ? 0
                                          : inference::choose_variant(interface.variants, picture);
    }

    const inference::Graph& graph(std::size_t index) {
        const std::scoped_lock lock(opening);
        ModelFile& file = files[index];
        if (!file.graph) {
            const bool large = file.size && file.size->area() > kLargeInput;
            inference::Graph graph(file.file, device, threads,
                                   large ? inference::Memory::release : inference::Memory::keep);
            if (makes_maps(interface.task) && interface.parts.empty())
                inference::check_maps(graph, interface, file.size);
            file.graph.emplace(std::move(graph));
        }
        return *file.graph;
    }
};

Model::Model(ModelInterface interface, Device device, int threads)
    : state_(std::make_unique<State>()) {
    inference::check_interface(interface,
                               interface.file.empty() ? "model" : interface.file.string());
    state_->files = files_of(interface);
    for (const ModelFile& file : state_->files)
        if (!fs::exists(file.file) && inference::built_in_bytes(file.file).empty())
            throw Error(ErrorCode::not_found, "no such file", file.file.string());
    state_->interface = std::move(interface);
    state_->device = device;
    state_->threads = threads;
    // What is wrong with the file or the device should be known before long work begins.
    static_cast<void>(state_->graph(0));
}

Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;

const ModelInterface& Model::interface() const {
    return state_->interface;
}

Size Model::input_size(Size picture) const {
    const auto& interface = state_->interface;
    return interface.variants.empty() ? inference::apply_size_rule(interface.input.size, picture)
                                      : interface.variants[state_->choose(picture)].size;
}

std::vector<ModelResult> Model::run(const Image& picture, const RunContext& run) const {
    if (picture.empty()) throw Error(ErrorCode::usage, "the picture for the network is empty");
    if (!makes_maps(state_->interface.task) || !state_->interface.parts.empty())
        throw Error(ErrorCode::mismatch,
                    fmt::format("a {} model of this form makes no maps of a single picture",
                                inference::name_of(state_->interface.task)));
    const auto& graph = state_->graph(state_->choose(picture.size()));
    return inference::run_maps(graph, state_->interface, picture, input_size(picture.size()), run);
}

namespace inference {

const Graph& ModelAccess::graph(const Model& model, Size picture) {
    return model.state_->graph(model.state_->choose(picture));
}

const Graph& ModelAccess::graph(const Model& model, std::string_view role) {
    const auto& parts = model.interface().parts;
    const auto part = std::ranges::find(parts, role, &ModelPart::role);
    if (part == parts.end())
        throw Error(ErrorCode::mismatch, fmt::format("the model has no part '{}'", role));
    return model.state_->graph(static_cast<std::size_t>(part - parts.begin()));
}

}  // namespace inference
}  // namespace diorama
