#include <fmt/format.h>

#include <deque>
#include <utility>

#include "diorama/depth.h"
#include "diorama/error.h"
#include "inference/interface.h"
#include "perception/depth_frame.h"
#include "perception/window_depth.h"

namespace diorama {

using perception::DepthFrame;
using perception::NetworkDepth;
using perception::WindowDepth;

struct DepthStream::State {
    const Model& model;
    std::optional<WindowDepth> window{};
    // In the order of the film. A frame's depth is the one in the same place, once there is one.
    std::deque<DepthFrame> frames{};
    std::deque<NetworkDepth> known{};

    void note(std::vector<NetworkDepth> found) {
        for (NetworkDepth& depth : found) known.push_back(std::move(depth));
    }
};

DepthStream::DepthStream(const Model& model) : state_(new State{.model = model}) {
    const ModelInterface& interface = model.interface();
    if (interface.task != ModelTask::depth)
        throw Error(ErrorCode::mismatch,
                    fmt::format("this is a {} model, not one that finds depth",
                                inference::name_of(interface.task)),
                    "--depth-model");
    if (interface.window.frames > 0) state_->window.emplace(model);
}

DepthStream::~DepthStream() = default;
DepthStream::DepthStream(DepthStream&&) noexcept = default;
DepthStream& DepthStream::operator=(DepthStream&&) noexcept = default;

void DepthStream::push(const Image& frame, const Matte* matte, const RunContext& run) {
    DepthFrame kept(frame, matte);
    const Image view = kept.view_for_network(run);
    state_->note(state_->window
                     ? state_->window->push(view, run)
                     : std::vector{perception::read_depth(state_->model.run(view, run))});
    state_->frames.push_back(std::move(kept));
}

void DepthStream::finish(const RunContext& run) {
    if (state_->window) state_->note(state_->window->finish(run));
}

std::optional<DepthEstimate> DepthStream::next(const RunContext& run) {
    if (state_->known.empty()) return std::nullopt;
    DepthEstimate estimate = state_->frames.front().finish(state_->known.front(), run);
    state_->frames.pop_front();
    state_->known.pop_front();
    return estimate;
}

}  // namespace diorama
