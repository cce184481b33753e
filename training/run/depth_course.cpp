#include "run/depth_course.h"

#include <string>
#include <utility>

#include "diorama/error.h"
#include "losses/losses.h"

namespace diorama::training {
namespace {

constexpr int kUnseenBatches = 2;
constexpr int kGradientScales = 4;
constexpr double kLeastDeviation = 0.1;  // of a feature, in parts of the mean of all

// A sum of weighted terms that notes each by its name.
class Total {
 public:
    Total(torch::Device device, Losses& losses)
        : sum_(torch::zeros({}, torch::device(device))), losses_(losses) {}

    void add(const std::string& name, double weight, const torch::Tensor& term) {
        losses_[name] += term.item<double>();
        sum_ = sum_ + weight * term;
    }
    [[nodiscard]] const torch::Tensor& sum() const { return sum_; }

 private:
    torch::Tensor sum_;
    Losses& losses_;
};

void compare_depth(const torch::Tensor& found, const torch::Tensor& truth, double weight,
                   const LossWeights& weights, const std::string& prefix, Total& total) {
    const auto difference = depth_difference(found, truth);
    total.add(prefix + "depth", weight * weights.depth, depth_loss(difference));
    total.add(prefix + "gradient", weight * weights.gradient,
              gradient_loss(difference, kGradientScales));
}

// The crops of a batch whose depth is not known.
torch::Tensor list_unknown(const Batch& batch) {
    auto unknown = torch::ones({batch.pictures.size(0)}, torch::kBool);
    return unknown.index_fill_(0, batch.has_depth, false).nonzero().flatten();
}

std::vector<Stretch> stretches_of(const Configuration& configuration) {
    std::vector<Stretch> stretches;
    for (const auto& phase : configuration.phases)
        stretches.push_back({.name = phase.name,
                             .steps = phase.steps,
                             .rate = phase.rate,
                             .warm_up = phase.warm_up});
    return stretches;
}

}  // namespace

FeatureScalesImpl::FeatureScalesImpl(const Configuration& configuration) {
    for (std::size_t i = 0; i < configuration.teacher_features.size(); ++i)
        scales_.push_back(
            register_buffer("scale" + std::to_string(i),
                            torch::zeros({1, configuration.network.encoder.at(i), 1, 1})));
}

std::vector<torch::Tensor> FeatureScalesImpl::apply(const std::vector<torch::Tensor>& features) {
    const torch::NoGradGuard no_gradients;
    std::vector<torch::Tensor> scaled;
    for (std::size_t i = 0; i < features.size(); ++i) {
        const auto feature = features[i].to(scales_[i].device());
        if (scales_[i].max().item<float>() == 0) {
            const auto deviation = feature.std({0, 2, 3}, true, true);
            scales_[i].copy_(1 / deviation.maximum(kLeastDeviation * deviation.mean()));
        }
        scaled.push_back(feature * scales_[i]);
    }
    return scaled;
}

DepthCourse::DepthCourse(Configuration configuration, std::filesystem::path folder,
                         OpenTeacher open_teacher)
    : configuration_(std::move(configuration)),
      folder_(std::move(folder)),
      open_teacher_(std::move(open_teacher)),
      stretches_(stretches_of(configuration_)),
      learning_(configuration_, torch::optim::AdamWOptions().betas({0.9, 0.99})),
      scales_(configuration_) {
    if (stretches_.empty())
        throw Error(ErrorCode::usage, "the configuration has no 'phases'", "train");
    scales_->to(best_device());
}

bool DepthCourse::continues(const std::string& earlier, std::size_t begun) const {
    auto stored = parse_configuration(earlier, "checkpoint");
    auto now = configuration_;
    stored.phases.resize(begun);
    now.phases.resize(begun);
    return to_json(stored) == to_json(now);
}

void DepthCourse::begin(std::size_t stretch) {
    begun_ = stretch;
    const Phase& phase = configuration_.phases[begun_];
    lessons_.emplace(open_lessons(Part::training));
    unseen_ = open_lessons(Part::validation);
    for (auto& parameter : learning_.network()->named_parameters()) {
        const bool learns = phase.only.empty() || parameter.key().starts_with(phase.only);
        parameter.value().set_requires_grad(learns);
        // Without a gradient the optimiser leaves it alone; with one of zero it would still decay.
        if (!learns) parameter.value().mutable_grad() = torch::Tensor();
    }
}

std::function<Lesson(std::int64_t)> DepthCourse::open_lessons(Part part) const {
    const Phase& phase = configuration_.phases[begun_];
    Teacher teacher;
    if (!phase.teacher.empty()) {
        if (!open_teacher_)
            throw Error(ErrorCode::usage, "needs a teacher", "phase '" + phase.name + "'");
        teacher = open_teacher_(phase);
    }
    const auto batches = std::make_shared<const BatchMaker>(
        phase, folder_, configuration_.seed + 1000 * begun_, part);
    return [batches, teacher](std::int64_t step) {
        Lesson lesson{.batch = batches->make(step), .answer = {}};
        if (teacher) lesson.answer = teacher(lesson.batch.clean);
        return lesson;
    };
}

void DepthCourse::learn(std::int64_t step, double rate, Losses& losses) {
    const Phase& phase = configuration_.phases[begun_];
    const auto loss = weigh(lessons_->take(step), phase.guided ? Guide::teacher : Guide::none,
                            learning_.network(), losses);
    // Of a batch of plain photos, in a phase without a teacher, nothing is known.
    if (loss.requires_grad()) learning_.follow(loss, rate);
}

Losses DepthCourse::examine() {
    const torch::NoGradGuard no_gradients;
    Losses losses;
    for (int batch = 0; batch < kUnseenBatches; ++batch)
        weigh(unseen_(batch), Guide::none, learning_.average(), losses);
    for (auto& [name, value] : losses) value /= kUnseenBatches;
    return losses;
}

void DepthCourse::save(torch::serialize::OutputArchive& archive) const {
    learning_.save(archive);
    save_part(archive, "scales", *scales_);
}

void DepthCourse::load(torch::serialize::InputArchive& archive) {
    learning_.load(archive);
    load_part(archive, "scales", *scales_);
}

torch::Tensor DepthCourse::weigh(const Lesson& lesson, Guide guide, SmallNetwork& network,
                                 Losses& losses) {
    const LossWeights& weights = configuration_.phases[begun_].weights;
    const auto device = best_device();
    const auto& batch = lesson.batch;
    const auto& answer = lesson.answer;
    const auto features = scales_->apply(answer.features);
    std::vector<torch::Tensor> guides;
    if (guide == Guide::teacher)
        for (const auto& feature : features) guides.push_back(learning_.as_signals(feature));
    const Prediction found = network->forward(learning_.as_signals(2 * batch.pictures - 1), guides);
    const auto depth = found.inverse_depth.to(torch::kFloat);
    const auto logits = found.matte_logit.to(torch::kFloat);

    Total total(device, losses);
    if (weights.labels > 0 && batch.inverse_depth.defined())
        compare_depth(depth.index_select(0, batch.has_depth.to(device)),
                      batch.inverse_depth.to(device), weights.labels, weights, "", total);
    if (weights.teacher > 0 && answer.inverse_depth.defined()) {
        // Where both count, labels are the better of the two.
        const auto asked =
            weights.labels > 0 ? list_unknown(batch) : torch::arange(batch.pictures.size(0));
        if (asked.numel() > 0)
            compare_depth(depth.index_select(0, asked.to(device)),
                          answer.inverse_depth.index_select(0, asked).to(device), weights.teacher,
                          weights, "teacher_", total);
    }
    if (weights.features > 0)
        for (std::size_t i = 0; i < features.size(); ++i)
            total.add("features" + std::to_string(i), weights.features,
                      feature_loss(found.stages[i].to(torch::kFloat), features[i]));
    if (weights.matte > 0 && batch.matte.defined()) {
        const auto known = logits.index_select(0, batch.has_matte.to(device));
        const auto matte = batch.matte.to(device);
        total.add("matte_entropy", weights.matte, matte_entropy(known, matte));
        total.add("matte_overlap", weights.matte, matte_overlap_loss(known, matte));
    }
    losses["total"] += total.sum().item<double>();
    return total.sum();
}

}  // namespace diorama::training
