#include "run/weights.h"

#include <algorithm>
#include <vector>

#include "diorama/error.h"
#include "network/convolution.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

// Opens an archive and does something with it.
template <class Action>
auto open(const fs::path& file, const Action& action) {
    if (!fs::exists(file)) throw Error(ErrorCode::not_found, "no such file", file.string());
    try {
        torch::serialize::InputArchive archive;
        archive.load_from(file.string(), torch::kCPU);
        return action(archive);
    } catch (const c10::Error& e) {
        throw Error(ErrorCode::unreadable,
                    std::string("holds no trained weights: ") + e.what_without_backtrace(),
                    file.string());
    }
}

std::vector<ConvolutionImpl*> convolutions_of(const torch::nn::Module& network) {
    std::vector<ConvolutionImpl*> convolutions;
    for (const auto& module : network.modules())
        if (auto* convolution = module->as<ConvolutionImpl>()) convolutions.push_back(convolution);
    return convolutions;
}

}  // namespace

void save_weights(const torch::nn::Module& network, const std::string& configuration,
                  const fs::path& file) {
    torch::serialize::OutputArchive archive;
    archive.write("configuration", c10::IValue(configuration));
    for (const auto& parameter : network.named_parameters())
        archive.write(parameter.key(),
                      parameter.value().detach().to(torch::kCPU, torch::kBFloat16));
    auto partial = file;
    partial += ".partial";
    archive.save_to(partial.string());
    fs::rename(partial, file);
}

std::string read_stored_configuration(const fs::path& file) {
    return open(file, [](torch::serialize::InputArchive& archive) {
        c10::IValue json;
        archive.read("configuration", json);
        return json.toStringRef();
    });
}

void load_weights(torch::nn::Module& network, const fs::path& file) {
    open(file, [&](torch::serialize::InputArchive& archive) {
        const torch::NoGradGuard no_gradients;
        for (auto& parameter : network.named_parameters()) {
            torch::Tensor stored;
            archive.read(parameter.key(), stored);
            parameter.value().copy_(stored);
        }
    });
}

void load_checkpoint(torch::nn::Module& network, const fs::path& file) {
    open(file, [&](torch::serialize::InputArchive& archive) {
        torch::serialize::InputArchive part;
        archive.read("average", part);
        network.load(part);
    });
}

void copy_weights(torch::nn::Module& to, const torch::nn::Module& from) {
    const torch::NoGradGuard no_gradients;
    const auto source = from.named_parameters();
    for (auto& parameter : to.named_parameters()) parameter.value().copy_(source[parameter.key()]);
}

void average_filters(torch::nn::Module& network, const torch::nn::Module& other) {
    const torch::NoGradGuard no_gradients;
    const auto near = convolutions_of(network), far = convolutions_of(other);
    const auto alike = [](const ConvolutionImpl* a, const ConvolutionImpl* b) {
        return a->filters().sizes() == b->filters().sizes();
    };
    if (!std::ranges::equal(near, far, alike))
        throw Error(ErrorCode::mismatch, "networks of different shapes have no average");
    for (std::size_t i = 0; i < near.size(); ++i)
        near[i]->take((near[i]->filters() + far[i]->filters()) / 2,
                      (near[i]->bias() + far[i]->bias()) / 2);
}

}  // namespace diorama::training
