#include "run/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <utility>

#include "diorama/error.h"
#include "run/weights.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

constexpr int kValidationBatches = 2;

// Rises over the first steps, then falls along half a cosine to a hundredth.
double rate_at(const Phase& phase, std::int64_t step) {
    if (step < phase.warm_up)
        return phase.rate * static_cast<double>(step + 1) / static_cast<double>(phase.warm_up);
    const double part = static_cast<double>(step - phase.warm_up) /
                        static_cast<double>(std::max<std::int64_t>(1, phase.steps - phase.warm_up));
    return phase.rate * (0.01 + 0.99 * (0.5 + 0.5 * std::cos(std::numbers::pi * part)));
}

// The average begins as a short one, so that the first weights are soon forgotten.
double kept_at(std::int64_t step) {
    return static_cast<double>(step + 2) / static_cast<double>(step + 11);
}

// Losses added up over steps.
struct Sums {
    Losses losses{};
    int steps = 0;

    [[nodiscard]] Losses take_means() {
        for (auto& [name, value] : losses) value /= steps;
        steps = 0;
        return std::exchange(losses, {});
    }
};

}  // namespace

Trainer::Trainer(Configuration configuration, RunOptions options, const fs::path& start)
    : configuration_(std::move(configuration)),
      options_(std::move(options)),
      learner_(configuration_) {
    if (configuration_.phases.empty())
        throw Error(ErrorCode::usage, "the configuration has no 'phases'", "train");
    if (fs::exists(checkpoint()))
        load();
    else if (!start.empty())
        learner_.begin_with(load_weights(start).network);
}

void Trainer::run(const RunContext& context) {
    const LossTable table(options_.folder / "losses.csv", step_);
    const std::int64_t last = std::min(total_steps(), options_.stop_after.value_or(total_steps()));
    while (step_ < last) run_phase(position(), last, table, context);
    save();
}

void Trainer::run_phase(Position begin, std::int64_t last, const LossTable& table,
                        const RunContext& context) {
    using Clock = std::chrono::steady_clock;
    using Part = BatchMaker::Part;
    const Phase& phase = configuration_.phases[begin.phase];
    Lessons lessons = open_lessons(begin.phase, Part::training);
    const Lessons unseen = open_lessons(begin.phase, Part::validation);
    const std::chrono::duration<double> between_checkpoints(60 * options_.checkpoint_minutes);
    auto saved = Clock::now();
    Sums sums;
    learner_.begin_phase(phase);

    for (auto at = begin.step; at < phase.steps && step_ < last; ++at) {
        if (context.stop.stop_requested()) {
            save();
            context.throw_if_stopped();
        }
        learner_.learn(lessons.take(at), phase, rate_at(phase, at), sums.losses);
        learner_.average_weights(std::min(configuration_.average, kept_at(step_)));
        ++step_;
        ++sums.steps;
        context.progress("training, phase " + phase.name, step_, total_steps());

        if (step_ % options_.validation_steps == 0) {
            Sums of_unseen{.losses = {}, .steps = kValidationBatches};
            for (int i = 0; i < kValidationBatches; ++i)
                learner_.examine(unseen.make(i), phase, of_unseen.losses);
            table.append({step_, "validation", of_unseen.take_means()});
        }
        if (step_ % options_.log_steps != 0) continue;
        table.append({step_, "training", sums.take_means()});
        // After a row, so that a resumed run's rows are means over the same steps.
        if (Clock::now() - saved > between_checkpoints) {
            save();
            saved = Clock::now();
        }
    }
}

Trainer::Position Trainer::position() const {
    Position position{.phase = 0, .step = step_};
    while (position.phase + 1 < configuration_.phases.size() &&
           position.step >= configuration_.phases[position.phase].steps)
        position.step -= configuration_.phases[position.phase++].steps;
    return position;
}

std::int64_t Trainer::total_steps() const {
    std::int64_t total = 0;
    for (const auto& phase : configuration_.phases) total += phase.steps;
    return total;
}

Lessons Trainer::open_lessons(std::size_t index, BatchMaker::Part part) const {
    const Phase& phase = configuration_.phases[index];
    Teacher teacher;
    if (!phase.teacher.empty()) {
        if (!options_.open_teacher)
            throw Error(ErrorCode::usage, "needs a teacher", "phase '" + phase.name + "'");
        teacher = options_.open_teacher(phase);
    }
    const auto seed = configuration_.seed + 1000 * index;
    return {BatchMaker(phase, options_.folder, seed, part), std::move(teacher)};
}

fs::path Trainer::checkpoint() const {
    return options_.folder / "checkpoint.pt";
}

void Trainer::save() const {
    torch::serialize::OutputArchive archive;
    archive.write("configuration", c10::IValue(to_json(configuration_)));
    archive.write("step", c10::IValue(step_));
    learner_.save(archive);
    auto partial = checkpoint();
    partial += ".partial";
    archive.save_to(partial.string());
    fs::rename(partial, checkpoint());
}

void Trainer::load() {
    torch::serialize::InputArchive archive;
    c10::IValue value;
    archive.load_from(checkpoint().string(), learner_.device());
    archive.read("step", value);
    step_ = value.toInt();
    archive.read("configuration", value);
    auto stored = parse_configuration(value.toStringRef(), checkpoint().string());
    auto now = configuration_;
    const std::size_t begun = position().phase + 1;
    stored.phases.resize(begun);
    now.phases.resize(begun);
    if (to_json(stored) != to_json(now))
        throw Error(ErrorCode::mismatch,
                    "was made with another configuration; only phases that have not begun may "
                    "change",
                    checkpoint().string());
    learner_.load(archive);
}

}  // namespace diorama::training
