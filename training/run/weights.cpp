#include "run/weights.h"

#include "diorama/error.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

// Opens an archive with a configuration in it and fills a network of its shape.
template <class Fill>
TrainedNetwork load(const fs::path& file, const Fill& fill) {
    if (!fs::exists(file)) throw Error(ErrorCode::not_found, "no such file", file.string());
    try {
        torch::serialize::InputArchive archive;
        archive.load_from(file.string(), torch::kCPU);
        c10::IValue json;
        archive.read("configuration", json);
        TrainedNetwork trained;
        trained.configuration = parse_configuration(json.toStringRef(), file.string());
        trained.network = SmallNetwork(trained.configuration.network);
        fill(archive, trained.network);
        return trained;
    } catch (const c10::Error& e) {
        throw Error(ErrorCode::unreadable,
                    std::string("holds no trained weights: ") + e.what_without_backtrace(),
                    file.string());
    }
}

}  // namespace

void save_weights(const SmallNetwork& network, const Configuration& configuration,
                  const fs::path& file) {
    torch::serialize::OutputArchive archive;
    archive.write("configuration", c10::IValue(to_json(configuration)));
    for (const auto& parameter : network->named_parameters())
        archive.write(parameter.key(),
                      parameter.value().detach().to(torch::kCPU, torch::kBFloat16));
    auto partial = file;
    partial += ".partial";
    archive.save_to(partial.string());
    fs::rename(partial, file);
}

TrainedNetwork load_weights(const fs::path& file) {
    return load(file, [](torch::serialize::InputArchive& archive, SmallNetwork& network) {
        const torch::NoGradGuard no_gradients;
        for (auto& parameter : network->named_parameters()) {
            torch::Tensor stored;
            archive.read(parameter.key(), stored);
            parameter.value().copy_(stored);
        }
    });
}

TrainedNetwork load_checkpoint(const fs::path& file) {
    return load(file, [](torch::serialize::InputArchive& archive, SmallNetwork& network) {
        torch::serialize::InputArchive part;
        archive.read("average", part);
        network->load(part);
    });
}

void copy_weights(torch::nn::Module& to, const torch::nn::Module& from) {
    const torch::NoGradGuard no_gradients;
    const auto source = from.named_parameters();
    for (auto& parameter : to.named_parameters()) parameter.value().copy_(source[parameter.key()]);
}

}  // namespace diorama::training
