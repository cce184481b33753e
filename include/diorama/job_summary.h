#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/pipeline/README.md

// What a job made, or would make.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "diorama/image.h"
#include "diorama/video.h"

namespace diorama {

// A subject that was found.
struct FoundSubject {
    std::string prompt{};           // "train", "box 1": what a promptable network was asked
    std::optional<double> score{};  // how sure it is, 0…1
    Rect box{};                     // around it, in pixels of `JobSummary::size`
};

// How far those have come who make a film together.
struct SharedFilm {
    int segments = 0;
    int finished = 0;
};

struct JobSummary {
    std::vector<std::filesystem::path> outputs{};
    std::vector<std::filesystem::path> side_outputs{};  // not of the outputs' size, nor films
    Size input_size{};
    Size size{};
    int frames = 0;  // of each film; 0 where the output is no film
    Rational fps{};
    int repeated = 0;                    // of the frames, in place of what cannot be decoded
    std::optional<SharedFilm> shared{};  // of a share, which makes no output
    std::vector<FoundSubject> subjects{};
    // Seconds spent, by stage, in the order of the stages.
    std::vector<std::pair<std::string, double>> seconds{};
};

enum class RunMode { run, dry_run };

}  // namespace diorama
