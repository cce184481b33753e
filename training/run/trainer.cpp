#include "run/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <future>
#include <numbers>
#include <utility>

#include "data/batches.h"
#include "diorama/error.h"
#include "losses/losses.h"
#include "run/loss_table.h"
#include "run/weights.h"

namespace diorama::training {
namespace fs = std::filesystem;
namespace {

constexpr double kLargestGradient = 1.0;
constexpr int kGradientScales = 4;
constexpr int kValidationBatches = 2;

// Foretells the teacher's features from the encoder's; used in training only.
class DistillerImpl : public torch::nn::Module {
 public:
    DistillerImpl(const NetworkShape& shape, const std::vector<int>& teacher_channels) {
        for (std::size_t i = 0; i < teacher_channels.size(); ++i)
            adapters_.push_back(register_module(
                "adapter" + std::to_string(i),
                Convolution(
                    ConvolutionShape{
                        .in = shape.encoder.at(i), .out = teacher_channels[i], .kernel = 1},
                    Weights::plain, 1.0)));
    }

    torch::Tensor loss(const std::vector<torch::Tensor>& ours,
                       const std::vector<torch::Tensor>& teachers) {
        auto sum = torch::zeros({}, teachers.front().options());
        for (std::size_t i = 0; i < adapters_.size(); ++i)
            sum = sum + feature_loss(adapters_[i](ours[i]).to(torch::kFloat), teachers[i]);
        return sum / static_cast<double>(adapters_.size());
    }

 private:
    std::vector<Convolution> adapters_;
};
TORCH_MODULE(Distiller);

// A batch and what the teacher says of it.
struct Lesson {
    Batch batch{};
    TeacherAnswer answer{};
};

// Makes the lessons of a phase; the next is made in another thread while one is learnt from.
class LessonMaker {
 public:
    LessonMaker(const Phase& phase, const RunOptions& options, std::uint64_t seed,
                BatchMaker::Part part)
        : batches_(phase, options.folder, seed, part) {
        if (phase.teacher.empty()) return;
        if (!options.open_teacher)
            throw Error(ErrorCode::usage, "the phase needs a teacher", phase.name);
        teacher_ = options.open_teacher(phase);
    }
    ~LessonMaker() {
        if (next_.valid()) next_.wait();
    }

    [[nodiscard]] Lesson make(std::int64_t step) const {
        Lesson lesson{.batch = batches_.make(step), .answer = {}};
        if (teacher_) lesson.answer = teacher_(lesson.batch.clean);
        return lesson;
    }

    // Steps must follow one another.
    [[nodiscard]] Lesson take(std::int64_t step) {
        Lesson lesson = next_.valid() ? next_.get() : make(step);
        next_ = std::async(std::launch::async, [this, step] { return make(step + 1); });
        return lesson;
    }

 private:
    BatchMaker batches_;
    Teacher teacher_;
    std::future<Lesson> next_;
};

// Rises over the first steps, then falls along half a cosine to a hundredth.
double rate_at(const Phase& phase, std::int64_t step) {
    if (step < phase.warm_up)
        return phase.rate * static_cast<double>(step + 1) / static_cast<double>(phase.warm_up);
    const double part = static_cast<double>(step - phase.warm_up) /
                        static_cast<double>(std::max<std::int64_t>(1, phase.steps - phase.warm_up));
    return phase.rate * (0.01 + 0.99 * (0.5 + 0.5 * std::cos(std::numbers::pi * part)));
}

struct Position {
    std::size_t phase = 0;
    std::int64_t step = 0;  // in the phase
};

}  // namespace

struct Trainer::State {
    Configuration configuration;
    RunOptions options;
    torch::Device device = torch::cuda::is_available() ? torch::kCUDA : torch::kCPU;
    SmallNetwork network{nullptr};
    SmallNetwork average{nullptr};
    Distiller distiller{nullptr};
    std::unique_ptr<torch::optim::AdamW> optimiser;
    std::int64_t step = 0;  // done in all
    Losses sums;
    std::int64_t summed = 0;

    void build();
    [[nodiscard]] fs::path checkpoint() const { return options.folder / "checkpoint.pt"; }
    void save() const;
    void load();

    [[nodiscard]] std::int64_t total_steps() const;
    [[nodiscard]] Position position() const;

    torch::Tensor weigh(const Lesson& lesson, const LossWeights& weights, SmallNetwork& net,
                        Losses& losses);
    void learn(const Lesson& lesson, const Phase& phase, std::int64_t step_of_phase);
    void follow();
    [[nodiscard]] Losses validate(const LessonMaker& lessons, const LossWeights& weights);
};

void Trainer::State::build() {
    torch::manual_seed(configuration.seed);
    network = SmallNetwork(configuration.network);
    average = SmallNetwork(configuration.network);
    distiller = Distiller(configuration.network, configuration.teacher_channels);
    for (torch::nn::Module* module : {static_cast<torch::nn::Module*>(network.get()),
                                      static_cast<torch::nn::Module*>(average.get()),
                                      static_cast<torch::nn::Module*>(distiller.get())})
        module->to(device);
    copy_weights(*average, *network);
    auto parameters = network->parameters();
    for (const auto& parameter : distiller->parameters()) parameters.push_back(parameter);
    optimiser = std::make_unique<torch::optim::AdamW>(
        parameters,
        torch::optim::AdamWOptions().betas({0.9, 0.99}).weight_decay(configuration.weight_decay));
}

void Trainer::State::save() const {
    torch::serialize::OutputArchive archive;
    archive.write("configuration", c10::IValue(to_json(configuration)));
    archive.write("step", c10::IValue(step));
    const auto add = [&](const std::string& name, const auto& what) {
        torch::serialize::OutputArchive part;
        what.save(part);
        archive.write(name, part);
    };
    add("network", *network);
    add("average", *average);
    add("distiller", *distiller);
    add("optimiser", *optimiser);
    auto partial = checkpoint();
    partial += ".partial";
    archive.save_to(partial.string());
    fs::rename(partial, checkpoint());
}

void Trainer::State::load() {
    torch::serialize::InputArchive archive;
    c10::IValue value;
    archive.load_from(checkpoint().string(), device);
    archive.read("step", value);
    step = value.toInt();
    archive.read("configuration", value);
    auto stored = parse_configuration(value.toStringRef(), checkpoint().string());
    auto now = configuration;
    const std::size_t begun = position().phase + 1;
    stored.phases.resize(begun);
    now.phases.resize(begun);
    if (to_json(stored) != to_json(now))
        throw Error(ErrorCode::mismatch,
                    "was made with another configuration; only phases that have not begun may "
                    "change",
                    checkpoint().string());
    const auto take = [&](const std::string& name, auto& what) {
        torch::serialize::InputArchive part;
        archive.read(name, part);
        what.load(part);
    };
    take("network", *network);
    take("average", *average);
    take("distiller", *distiller);
    take("optimiser", *optimiser);
}

std::int64_t Trainer::State::total_steps() const {
    std::int64_t total = 0;
    for (const auto& phase : configuration.phases) total += phase.steps;
    return total;
}

Position Trainer::State::position() const {
    Position position{.phase = 0, .step = step};
    while (position.phase + 1 < configuration.phases.size() &&
           position.step >= configuration.phases[position.phase].steps)
        position.step -= configuration.phases[position.phase++].steps;
    return position;
}

// The loss of a lesson; its terms are noted by name.
torch::Tensor Trainer::State::weigh(const Lesson& lesson, const LossWeights& weights,
                                    SmallNetwork& net, Losses& losses) {
    const auto& batch = lesson.batch;
    const bool half = configuration.precision == "bfloat16";
    const auto pictures = (2 * batch.pictures.to(device) - 1)
                              .to(half ? torch::kBFloat16 : torch::kFloat)
                              .contiguous(at::MemoryFormat::ChannelsLast);
    const Prediction found = net(pictures);
    const auto depth = found.inverse_depth.to(torch::kFloat);
    const auto logits = found.matte_logit.to(torch::kFloat);

    auto total = torch::zeros({}, depth.options());
    const auto count = [&](const std::string& name, double weight, const auto& term) {
        if (weight <= 0) return;
        const torch::Tensor value = term();
        losses[name] += value.template item<double>();
        total = total + weight * value;
    };
    const auto compare = [&](const std::string& prefix, double weight, const torch::Tensor& ours,
                             const torch::Tensor& truth) {
        if (weight <= 0) return;
        const auto difference = depth_difference(ours, truth);
        count(prefix + "depth", weight * weights.depth, [&] { return depth_loss(difference); });
        count(prefix + "gradient", weight * weights.gradient,
              [&] { return gradient_loss(difference, kGradientScales); });
    };
    if (batch.inverse_depth.defined())
        compare("", weights.labels, depth.index_select(0, batch.has_depth.to(device)),
                batch.inverse_depth.to(device));
    if (lesson.answer.inverse_depth.defined())
        compare("teacher_", weights.teacher, depth, lesson.answer.inverse_depth.to(device));
    if (!lesson.answer.features.empty())
        count("features", weights.features,
              [&] { return distiller->loss(found.stages, lesson.answer.features); });
    if (batch.matte.defined()) {
        const auto known = logits.index_select(0, batch.has_matte.to(device));
        const auto matte = batch.matte.to(device);
        count("matte_entropy", weights.matte, [&] { return matte_entropy(known, matte); });
        count("matte_overlap", weights.matte, [&] { return matte_overlap_loss(known, matte); });
    }
    losses["total"] += total.item<double>();
    return total;
}

void Trainer::State::learn(const Lesson& lesson, const Phase& phase, std::int64_t step_of_phase) {
    for (auto& group : optimiser->param_groups())
        static_cast<torch::optim::AdamWOptions&>(group.options()).lr(rate_at(phase, step_of_phase));
    optimiser->zero_grad();
    weigh(lesson, phase.weights, network, sums).backward();
    torch::nn::utils::clip_grad_norm_(network->parameters(), kLargestGradient);
    optimiser->step();
    follow();
    ++step;
    ++summed;
}

// The average begins as a short one, so that the first random weights are soon forgotten.
void Trainer::State::follow() {
    const torch::NoGradGuard no_gradients;
    const double steps = static_cast<double>(step);
    const double keep = std::min(configuration.average, (1 + steps) / (10 + steps));
    const auto source = network->parameters();
    auto target = average->parameters();
    for (std::size_t i = 0; i < target.size(); ++i) target[i].lerp_(source[i], 1 - keep);
}

Losses Trainer::State::validate(const LessonMaker& lessons, const LossWeights& weights) {
    const torch::NoGradGuard no_gradients;
    Losses losses;
    for (int i = 0; i < kValidationBatches; ++i) weigh(lessons.make(i), weights, average, losses);
    for (auto& [name, value] : losses) value /= kValidationBatches;
    return losses;
}

Trainer::Trainer(Configuration configuration, RunOptions options, const fs::path& start)
    : state_(std::make_unique<State>()) {
    state_->configuration = std::move(configuration);
    state_->options = std::move(options);
    if (state_->configuration.phases.empty())
        throw Error(ErrorCode::usage, "the configuration has no 'phases'", "train");
    state_->build();
    if (fs::exists(state_->checkpoint())) {
        state_->load();
    } else if (!start.empty()) {
        const auto trained = load_weights(start);
        copy_weights(*state_->network, *trained.network);
        copy_weights(*state_->average, *trained.network);
    }
}

Trainer::~Trainer() = default;

void Trainer::run(const RunContext& context) {
    using Clock = std::chrono::steady_clock;
    auto& state = *state_;
    const auto& options = state.options;
    const LossTable table(options.folder / "losses.csv", state.step);
    const std::int64_t last =
        std::min(state.total_steps(), options.stop_after.value_or(state.total_steps()));
    auto saved = Clock::now();

    while (state.step < last) {
        const auto begin = state.position();
        const Phase& phase = state.configuration.phases[begin.phase];
        const auto seed = state.configuration.seed + 1000 * begin.phase;
        LessonMaker lessons(phase, options, seed, BatchMaker::Part::training);
        const LessonMaker validation(phase, options, seed, BatchMaker::Part::validation);

        for (auto at = begin.step; at < phase.steps && state.step < last; ++at) {
            if (context.stop.stop_requested()) {
                state.save();
                context.throw_if_stopped();
            }
            state.learn(lessons.take(at), phase, at);
            if (state.step % options.log_steps == 0) {
                for (auto& [name, value] : state.sums) value /= static_cast<double>(state.summed);
                table.append({.step = state.step, .kind = "training", .losses = state.sums});
                state.sums.clear();
                state.summed = 0;
            }
            if (state.step % options.validation_steps == 0)
                table.append({.step = state.step,
                              .kind = "validation",
                              .losses = state.validate(validation, phase.weights)});
            context.progress("training, phase " + phase.name, state.step, state.total_steps());
            // Between two rows, so that a resumed run's rows are means over the same steps.
            if (state.summed == 0 && Clock::now() - saved > std::chrono::duration<double>(
                                                                options.checkpoint_minutes * 60)) {
                state.save();
                saved = Clock::now();
            }
        }
    }
    state.save();
}

SmallNetwork Trainer::network() const {
    return state_->average;
}

std::int64_t Trainer::step() const {
    return state_->step;
}

}  // namespace diorama::training
