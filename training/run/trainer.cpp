#include "run/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <utility>

#include "diorama/error.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

// Rises over the first steps, then stays, or falls along half a cosine to a hundredth.
double rate_at(const Stretch& stretch, std::int64_t step) {
    if (step < stretch.warm_up)
        return stretch.rate * static_cast<double>(step + 1) / static_cast<double>(stretch.warm_up);
    if (stretch.shape == Stretch::Rate::constant) return stretch.rate;
    const double part =
        static_cast<double>(step - stretch.warm_up) /
        static_cast<double>(std::max<std::int64_t>(1, stretch.steps - stretch.warm_up));
    return stretch.rate * (0.01 + 0.99 * (0.5 + 0.5 * std::cos(std::numbers::pi * part)));
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

Trainer::Trainer(Course& course, RunOptions options)
    : course_(course), options_(std::move(options)) {
    if (fs::exists(checkpoint())) load();
}

void Trainer::run(const RunContext& context) {
    const LossTable table(options_.folder / "losses.csv", step_);
    const std::int64_t last = std::min(total_steps(), options_.stop_after.value_or(total_steps()));
    while (step_ < last) run_stretch(position(), last, table, context);
    save();
}

void Trainer::run_stretch(Position begin, std::int64_t last, const LossTable& table,
                          const RunContext& context) {
    using Clock = std::chrono::steady_clock;
    const Stretch& stretch = course_.stretches()[begin.stretch];
    const std::chrono::duration<double> between_checkpoints(60 * options_.checkpoint_minutes);
    auto saved = Clock::now();
    Sums sums;
    course_.begin(begin.stretch);

    for (auto at = begin.step; at < stretch.steps && step_ < last; ++at) {
        if (context.stop.stop_requested()) {
            save();
            context.throw_if_stopped();
        }
        course_.learn(at, rate_at(stretch, at), sums.losses);
        course_.average_weights(step_);
        ++step_;
        ++sums.steps;
        context.progress("training, phase " + stretch.name, step_, total_steps());

        if (step_ % options_.validation_steps == 0)
            table.append({step_, "validation", course_.examine()});
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
    const auto& stretches = course_.stretches();
    Position position{.stretch = 0, .step = step_};
    while (position.stretch + 1 < stretches.size() &&
           position.step >= stretches[position.stretch].steps)
        position.step -= stretches[position.stretch++].steps;
    return position;
}

std::int64_t Trainer::total_steps() const {
    std::int64_t total = 0;
    for (const auto& stretch : course_.stretches()) total += stretch.steps;
    return total;
}

fs::path Trainer::checkpoint() const {
    return options_.folder / "checkpoint.pt";
}

void Trainer::save() const {
    torch::serialize::OutputArchive archive;
    archive.write("configuration", c10::IValue(course_.configuration()));
    archive.write("step", c10::IValue(step_));
    course_.save(archive);
    auto partial = checkpoint();
    partial += ".partial";
    archive.save_to(partial.string());
    fs::rename(partial, checkpoint());
}

void Trainer::load() {
    torch::serialize::InputArchive archive;
    c10::IValue value;
    archive.load_from(checkpoint().string(), best_device());
    archive.read("step", value);
    step_ = value.toInt();
    archive.read("configuration", value);
    const auto [stretch, step] = position();
    if (!course_.continues(value.toStringRef(), step > 0 ? stretch + 1 : stretch))
        throw Error(ErrorCode::mismatch,
                    "was made with another configuration; only phases that have not begun may "
                    "change",
                    checkpoint().string());
    course_.load(archive);
}

}  // namespace diorama::training
