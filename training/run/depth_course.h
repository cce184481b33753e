#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: training/README.md

#include <torch/torch.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "configuration.h"
#include "data/batches.h"
#include "network/small_network.h"
#include "run/ahead.h"
#include "run/course.h"
#include "run/learning.h"
#include "teacher/teacher.h"

namespace diorama::training {

// Brings a teacher's features to a common size: each channel is divided by its deviation in the
// first lesson. They stay where they were otherwise: a ReLU's answers begin at 0.
class FeatureScalesImpl : public torch::nn::Module {
 public:
    explicit FeatureScalesImpl(const Configuration& configuration);

    [[nodiscard]] std::vector<torch::Tensor> apply(const std::vector<torch::Tensor>& features);

 private:
    std::vector<torch::Tensor> scales_;  // 0 before the first lesson
};
TORCH_MODULE(FeatureScales);

// A batch and what the teacher says of it.
struct Lesson {
    Batch batch{};
    TeacherAnswer answer{};
};

// Opens the teacher that a phase names.
using OpenTeacher = std::function<Teacher(const Phase& phase)>;

// The network for depth and mattes, phase by phase.
class DepthCourse : public Course {
 public:
    // Scene files are looked for in `folder`; a teacher is opened only where a phase names one.
    // Throws Error: usage, for a configuration without phases.
    DepthCourse(Configuration configuration, std::filesystem::path folder,
                OpenTeacher open_teacher = {});

    void begin_with(const SmallNetwork& trained) { learning_.begin_with(trained); }
    // The average of the weights over the last steps: what is to be used.
    [[nodiscard]] SmallNetwork network() const { return learning_.average(); }

    [[nodiscard]] const std::vector<Stretch>& stretches() const override { return stretches_; }
    [[nodiscard]] std::string configuration() const override { return to_json(configuration_); }
    [[nodiscard]] bool continues(const std::string& earlier, std::size_t begun) const override;
    void begin(std::size_t stretch) override;
    void learn(std::int64_t step, double rate, Losses& losses) override;
    void average_weights(std::int64_t step) override { learning_.average_weights(step); }
    [[nodiscard]] Losses examine() override;
    void save(torch::serialize::OutputArchive& archive) const override;
    void load(torch::serialize::InputArchive& archive) override;

 private:
    enum class Guide { none, teacher };
    using Part = BatchMaker::Part;

    [[nodiscard]] std::function<Lesson(std::int64_t)> open_lessons(Part part) const;
    torch::Tensor weigh(const Lesson& lesson, Guide guide, SmallNetwork& network, Losses& losses);

    Configuration configuration_;
    std::filesystem::path folder_;
    OpenTeacher open_teacher_;
    std::vector<Stretch> stretches_;
    Learning<SmallNetwork> learning_;
    FeatureScales scales_;
    // Of the phase that was begun.
    std::size_t begun_ = 0;
    Teacher teacher_{};
    std::function<Lesson(std::int64_t)> unseen_{};
    std::optional<Ahead<Lesson>> lessons_{};  // last: its thread uses the others
};

}  // namespace diorama::training
