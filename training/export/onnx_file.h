#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <onnx/onnx_pb.h>

#include <filesystem>

namespace diorama::training {

// Throws Error: not_found, unreadable.
[[nodiscard]] onnx::ModelProto read_onnx(const std::filesystem::path& file);

}  // namespace diorama::training
