#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <vector>

#include "run/loss_table.h"

namespace diorama::training {

// Where networks are trained.
[[nodiscard]] inline torch::Device best_device() {
    return torch::cuda::is_available() ? torch::kCUDA : torch::kCPU;
}

// A stretch of a run with one learning rate, or one rise and fall of it.
struct Stretch {
    enum class Rate { cosine, constant };

    std::string name{};
    std::int64_t steps = 0;
    double rate = 1e-3;  // at the top, after the first warm_up steps
    std::int64_t warm_up = 0;
    Rate shape = Rate::cosine;
};

// What a Trainer trains: a network, what it learns from, and how. What a step does depends on its
// number alone, so a run may stop between any two.
class Course {
 public:
    virtual ~Course() = default;
    Course() = default;
    Course(const Course&) = delete;
    Course& operator=(const Course&) = delete;

    [[nodiscard]] virtual const std::vector<Stretch>& stretches() const = 0;
    // All that the run depends on besides its data, as JSON.
    [[nodiscard]] virtual std::string configuration() const = 0;
    // Whether a run of `earlier`'s configuration, with so many stretches begun, may go on as this.
    [[nodiscard]] virtual bool continues(const std::string& earlier, std::size_t begun) const = 0;

    // Opens what the steps to come learn from.
    virtual void begin(std::size_t stretch) = 0;
    // One step of the stretch that was begun. The loss's terms are added to `losses` by name.
    virtual void learn(std::int64_t step, double rate, Losses& losses) = 0;
    // After each step; `step` counts those of the whole run.
    virtual void average_weights(std::int64_t step) = 0;
    // The terms for the averaged weights on what is never learnt from.
    [[nodiscard]] virtual Losses examine() = 0;

    virtual void save(torch::serialize::OutputArchive& archive) const = 0;
    virtual void load(torch::serialize::InputArchive& archive) = 0;
};

}  // namespace diorama::training
