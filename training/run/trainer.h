#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>
#include <optional>

#include "diorama/run.h"
#include "run/course.h"

namespace diorama::training {

// Where a run lives and what it may use.
struct RunOptions {
    std::filesystem::path folder{};  // of checkpoint and losses
    double checkpoint_minutes = 3;
    std::int64_t log_steps = 25;               // one row of losses for so many steps
    std::int64_t validation_steps = 500;       // one look at the scenes kept apart
    std::optional<std::int64_t> stop_after{};  // this many steps in all, as if stopped by hand
};

// Takes a course stretch by stretch. The run's folder holds all of its state: run() goes on from
// the checkpoint there, and after being killed repeats at most the steps since that one, with the
// same results.
class Trainer {
 public:
    // With a checkpoint in the folder the course becomes what it was then.
    // Throws Error: mismatch (a checkpoint of another configuration), unreadable.
    Trainer(Course& course, RunOptions options);

    // Ends when all stretches are done, or early, with a checkpoint, when the stop token fires.
    void run(const RunContext& context);

    [[nodiscard]] std::int64_t step() const { return step_; }

 private:
    // A step of the run as a step of one of its stretches.
    struct Position {
        std::size_t stretch = 0;
        std::int64_t step = 0;
    };

    void run_stretch(Position begin, std::int64_t last, const LossTable& table,
                     const RunContext& context);
    [[nodiscard]] Position position() const;
    [[nodiscard]] std::int64_t total_steps() const;
    [[nodiscard]] std::filesystem::path checkpoint() const;
    void save() const;
    void load();

    Course& course_;
    RunOptions options_;
    std::int64_t step_ = 0;  // done in all
};

}  // namespace diorama::training
