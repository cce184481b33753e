#include "perception/window_depth.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "inference/fitting.h"
#include "inference/maps.h"
#include "inference/model_access.h"
#include "perception/scale_and_shift.h"

namespace diorama::perception {

using inference::ModelAccess;
using inference::NamedTensor;
using inference::Shape;
using inference::Tensor;
using inference::TensorInfo;

WindowDepth::WindowDepth(const Model& model)
    : model_(model),
      rule_(model.interface().window),
      encoder_(ModelAccess::graph(model, "encoder")),
      head_(ModelAccess::graph(model, "head")) {
    check();
    for (const TensorInfo& input : head_.inputs()) add_feature(input);
}

void WindowDepth::check() const {
    const ModelInterface& interface = model_.interface();
    inference::check_picture_input(encoder_, encoder_.input(interface.input.name), interface.input,
                                   interface.input.size.fixed);
    for (const ModelOutput& output : interface.outputs) {
        const TensorInfo& tensor = head_.output(output.name);
        if (tensor.shape.size() < 3 || (tensor.shape[0] >= 0 && tensor.shape[0] != rule_.frames))
            head_.fail(fmt::format("output '{}': expected a map for each of {} frames, found {}",
                                   tensor.name, rule_.frames, inference::describe(tensor.shape)));
    }
}

// The head takes what the encoder gives under the same name, of all frames of the window.
void WindowDepth::add_feature(const TensorInfo& input) {
    const TensorInfo* output = encoder_.find_output(input.name);
    if (!output)
        head_.fail(fmt::format("input '{}': the encoder has no output of this name", input.name));
    Shape wanted = output->shape;
    if (!wanted.empty()) wanted[0] = rule_.frames;
    const bool fits = std::ranges::equal(input.shape, wanted,
                                         [](auto a, auto b) { return a < 0 || b < 0 || a == b; });
    if (wanted.empty() || output->shape[0] > 1 || !fits)
        head_.fail(fmt::format("input '{}': expected {}, found {}", input.name,
                               inference::describe(wanted), inference::describe(input.shape)));
    features_.push_back({.name = input.name, .window = std::make_shared<std::vector<float>>()});
}

std::vector<NetworkDepth> WindowDepth::push(const Image& frame, const RunContext& run) {
    const ModelInput& input = model_.interface().input;
    std::vector<std::string> names;
    for (const Feature& feature : features_) names.push_back(feature.name);
    const auto found = encoder_.run({{encoder_.input(input.name).name,
                                      inference::picture_tensor(frame, *input.size.fixed, input)}},
                                    names, run);
    for (std::size_t i = 0; i < features_.size(); ++i) {
        Feature& feature = features_[i];
        feature.shape = found[i].shape;
        feature.shape[0] = rule_.frames;
        feature.stride = static_cast<std::size_t>(found[i].count());
        feature.window->resize(feature.stride * rule_.frames);
        std::ranges::copy(found[i].floats(), feature.window->begin() + feature.stride * filled_);
    }
    ++filled_;
    if (filled_ < rule_.frames) return {};
    return close_window(rule_.frames, overlap() - rule_.fitted, run);
}

std::vector<NetworkDepth> WindowDepth::finish(const RunContext& run) {
    std::vector<NetworkDepth> rest;
    const int frames = filled_;
    if (known_.empty() ? frames > 0 : frames > overlap()) {
        while (filled_ < rule_.frames) copy_place(frames - 1, filled_++);
        rest = close_window(frames, 0, run);
    } else if (!known_.empty()) {
        // The window holds nothing but keyframes; those that were to fade are still owed.
        rest.assign(known_.begin() + rule_.fitted, known_.end());
    }
    known_.clear();
    filled_ = 0;
    return rest;
}

void WindowDepth::copy_place(int from, int to) {
    for (Feature& feature : features_) {
        const auto place = [&](int n) { return feature.window->begin() + feature.stride * n; };
        if (from != to) std::copy_n(place(from), feature.stride, place(to));
    }
}

// Runs the head on a full window whose first `frames` frames are real. Gives those that are not
// known yet, but for the last `held_back`, and makes the window ready for the next.
std::vector<NetworkDepth> WindowDepth::close_window(int frames, int held_back,
                                                    const RunContext& run) {
    std::vector<NetworkDepth> window = run_head(run);
    const int begin = known_.empty() ? 0 : rule_.fitted;
    if (!known_.empty()) join_to_window_before(window);

    known_.clear();
    for (int i = 0; i < overlap(); ++i) {
        const int place = rule_.keyframes[i];
        known_.push_back(window[place]);
        copy_place(place, i);  // never from a place that was written: keyframes are ascending
    }
    filled_ = overlap();
    return {std::make_move_iterator(window.begin() + begin),
            std::make_move_iterator(window.begin() + frames - held_back)};
}

std::vector<NetworkDepth> WindowDepth::run_head(const RunContext& run) const {
    std::vector<NamedTensor> inputs;
    for (const Feature& feature : features_)
        inputs.push_back({feature.name, Tensor{.shape = feature.shape,
                                               .data = {feature.window, feature.window->data()}}});
    const auto& outputs = model_.interface().outputs;
    std::vector<std::string> names;
    for (const ModelOutput& output : outputs) names.push_back(head_.output(output.name).name);
    const auto found = head_.run(inputs, names, run);

    std::vector<std::vector<ModelResult>> results(rule_.frames);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        Shape one = found[i].shape;
        const bool all = !one.empty() && std::exchange(one[0], 1) == rule_.frames;
        const auto size = all ? inference::map_size(one) : std::nullopt;
        if (!size)
            head_.fail(fmt::format("output '{}': expected {} maps, found {}", names[i],
                                   rule_.frames, inference::describe(found[i].shape)));
        const auto values = found[i].floats();
        for (int n = 0; n < rule_.frames; ++n) {
            const auto begin = values.begin() + size->area() * n;
            results[n].push_back({outputs[i].meaning, *size, {begin, begin + size->area()}});
        }
    }
    std::vector<NetworkDepth> window;
    for (const auto& result : results) window.push_back(read_depth(result));
    return window;
}

// The window in the scale of the one before it. Frames that are known stay as they are.
void WindowDepth::join_to_window_before(std::vector<NetworkDepth>& window) const {
    ScaleAndShift fit;
    for (int i = 0; i < rule_.fitted; ++i) fit.add(window[i], known_[i]);
    const auto [scale, shift] = fit.solve();
    for (NetworkDepth& depth : window) depth.inverse = depth.inverse * scale + shift;

    std::copy_n(known_.begin(), rule_.fitted, window.begin());
    const int fading = overlap() - rule_.fitted;
    for (int i = 0; i < fading; ++i) {
        // The first of them is as before, the last is all new.
        const double share = fading > 1 ? static_cast<double>(i) / (fading - 1) : 0.5;
        NetworkDepth& depth = window[rule_.fitted + i];
        depth.inverse = depth.inverse * share + known_[rule_.fitted + i].inverse * (1 - share);
    }
}

}  // namespace diorama::perception
