#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "diorama/model.h"

namespace diorama::inference {

// One ONNX file, loaded and checked against its interface. This class alone knows ONNX Runtime.
// Several threads may run it at once.
class Session {
 public:
    // `size` is what the interface's rule fixes; nothing where it depends on the picture.
    // Throws Error: not_found, unreadable (no ONNX file), model (other tensors than the interface
    // says), device.
    Session(const std::filesystem::path& file, const ModelInterface& interface,
            std::optional<Size> size, Device device, int threads);
    ~Session();
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;

    // `tensor` is fit_picture's. Throws Error: model, cancelled.
    [[nodiscard]] std::vector<ModelResult> run(const cv::Mat_<float>& tensor, Size size,
                                               const RunContext& run) const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama::inference
