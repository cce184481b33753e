#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>
#include <string>
#include <vector>

#include "teacher/teacher.h"

namespace diorama::training {

// Copies an ONNX file so that inner tensors, too, are outputs of the copy.
// Throws Error: not_found, unreadable, unwritable, and usage for a tensor that is not in the file.
void name_as_outputs(const std::filesystem::path& from, const std::vector<std::string>& tensors,
                     const std::filesystem::path& to);

// A depth network as a teacher. It takes RGB 0…255 as N×3×H×W; a file made for one picture is run
// on each of a batch. The copy with `features` as outputs is written to `scratch`.
[[nodiscard]] Teacher open_onnx_teacher(const std::filesystem::path& file,
                                        const std::vector<std::string>& features,
                                        const std::filesystem::path& scratch);

}  // namespace diorama::training
