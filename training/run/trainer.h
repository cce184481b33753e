#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "configuration.h"
#include "diorama/run.h"
#include "network/small_network.h"

namespace diorama::training {

// What a teacher says of pictures (N×3×H×W, 0…1).
struct TeacherAnswer {
    torch::Tensor inverse_depth{};  // N×1×H×W
    std::vector<torch::Tensor> features{};
};
using Teacher = std::function<TeacherAnswer(const torch::Tensor& pictures)>;

// Opens the teacher that a phase names.
using TeacherFactory = std::function<Teacher(const Phase& phase)>;

// Where a run lives and what it may use.
struct RunOptions {
    std::filesystem::path folder{};  // scenes, checkpoint and losses
    TeacherFactory open_teacher{};   // needed only where a phase has a teacher
    double checkpoint_minutes = 3;
    std::int64_t log_steps = 25;               // one row of losses for so many steps
    std::int64_t validation_steps = 500;       // one look at the scenes kept apart
    std::optional<std::int64_t> stop_after{};  // this many steps in all, as if stopped by hand
};

// Trains a network phase by phase. The run's folder holds all of its state: run() goes on from the
// checkpoint there, and after being killed repeats at most the steps since that one, with the same
// results.
class Trainer {
 public:
    // With a checkpoint in the folder its configuration must be the same but for the phases that
    // have not begun. `start`: weights to begin a new run with.
    // Throws Error: mismatch, unreadable.
    Trainer(Configuration configuration, RunOptions options,
            const std::filesystem::path& start = {});
    ~Trainer();

    // Ends when all phases are done, or early, with a checkpoint, when the stop token fires.
    void run(const RunContext& context);

    // The average of the weights over the last steps: what is to be used.
    [[nodiscard]] SmallNetwork network() const;
    [[nodiscard]] std::int64_t step() const;

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace diorama::training
