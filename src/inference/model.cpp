#include "diorama/model.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "diorama/error.h"
#include "inference/fitting.h"
#include "inference/interface.h"
#include "inference/session.h"

namespace diorama {
namespace fs = std::filesystem;

struct Model::State {
    ModelInterface interface;
    Device device = Device::cpu;
    int threads = 0;
    // One for each variant, or one for the one file. Opened when first needed, then kept.
    std::vector<std::optional<inference::Session>> sessions;
    std::mutex opening;

    std::size_t choose(Size picture) const {
        return interface.variants.empty() ? 0
                                          : inference::choose_variant(interface.variants, picture);
    }

    const inference::Session& session(std::size_t index) {
        const std::scoped_lock lock(opening);
        auto& session = sessions[index];
        if (!session) {
            const bool single = interface.variants.empty();
            session.emplace(
                single ? interface.file : interface.variants[index].file, interface,
                single ? interface.input.size.fixed : std::optional(interface.variants[index].size),
                device, threads);
        }
        return *session;
    }
};

Model::Model(ModelInterface interface, Device device, int threads)
    : state_(std::make_unique<State>()) {
    inference::check_interface(interface,
                               interface.file.empty() ? "model" : interface.file.string());
    for (const auto& variant : interface.variants)
        if (!fs::exists(variant.file))
            throw Error(ErrorCode::not_found, "no such file", variant.file.string());
    state_->sessions.resize(std::max<std::size_t>(1, interface.variants.size()));
    state_->interface = std::move(interface);
    state_->device = device;
    state_->threads = threads;
    // What is wrong with the file or the device should be known before long work begins.
    static_cast<void>(state_->session(0));
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
    const auto& session = state_->session(state_->choose(picture.size()));
    const Size size = input_size(picture.size());
    return session.run(inference::fit_picture(picture, size, state_->interface.input), size, run);
}

}  // namespace diorama
