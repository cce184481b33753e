#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <filesystem>
#include <functional>
#include <optional>

#include "configuration.h"
#include "diorama/run.h"
#include "run/learner.h"
#include "teacher/teacher.h"

namespace diorama::training {

// Where a run lives and what it may use.
struct RunOptions {
    std::filesystem::path folder{};  // scenes, checkpoint and losses
    // Opens the teacher that a phase names; needed only where one does.
    std::function<Teacher(const Phase& phase)> open_teacher{};
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

    // Ends when all phases are done, or early, with a checkpoint, when the stop token fires.
    void run(const RunContext& context);

    // The average of the weights over the last steps: what is to be used.
    [[nodiscard]] SmallNetwork network() const { return learner_.average(); }
    [[nodiscard]] std::int64_t step() const { return step_; }

 private:
    // A step of the run as a step of one of its phases.
    struct Position {
        std::size_t phase = 0;
        std::int64_t step = 0;
    };

    void run_phase(Position begin, std::int64_t last, const LossTable& table,
                   const RunContext& context);
    [[nodiscard]] Position position() const;
    [[nodiscard]] std::int64_t total_steps() const;
    [[nodiscard]] Lessons open_lessons(std::size_t phase, BatchMaker::Part part) const;
    [[nodiscard]] std::filesystem::path checkpoint() const;
    void save() const;
    void load();

    Configuration configuration_;
    RunOptions options_;
    Learner learner_;
    std::int64_t step_ = 0;  // done in all
};

}  // namespace diorama::training
