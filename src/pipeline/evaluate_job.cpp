#include "diorama/evaluate_job.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>

#include "core/stopwatch.h"
#include "core/temporary_file.h"
#include "diorama/catalogue.h"
#include "diorama/depth.h"
#include "diorama/error.h"
#include "diorama/evaluation.h"
#include "diorama/match.h"
#include "diorama/matte.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "diorama/scenes.h"
#include "diorama/steady_depth.h"
#include "diorama/video.h"
#include "perception/working_copy.h"
#include "pipeline/judging.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

namespace fs = std::filesystem;

// ---- Pictures and their truth
// --------------------------------------------------------------------

template <class MapKind>
MapKind resized(const MapKind& map, Size size) {
    if (map.size() == size) return map;
    MapKind other(size);
    perception::resize_map(as_mat(map), size).copyTo(as_mat(other));
    return other;
}

DepthTruth read_truth(const fs::path& file, const DepthEvaluation& job) {
    DepthTruth truth = read_inverse_depth(file, limits_of(job.read));
    for (float& value : truth.values())
        if (!std::isfinite(value) || (job.black_is_unknown && value <= 0))
            value = std::numeric_limits<float>::quiet_NaN();
    return truth;
}

// What the two eyes see differently, where matching is sure of it.
DepthTruth match_truth(const Image& left, const Image& right, const RunContext& run) {
    const MatchedView match = match_views(left, right, run).left;
    DepthTruth truth(left.size());
    std::ranges::transform(match.disparity.values(), match.valid.values(), truth.values().begin(),
                           [](float disparity, float valid) {
                               return valid > 0 ? disparity
                                                : std::numeric_limits<float>::quiet_NaN();
                           });
    return truth;
}

// ---- Depth
// ---------------------------------------------------------------------------------------

struct DepthScores {
    Mean error{};
    Mean ordinal{};
    EdgeScore edges{};
};

ScoreTable evaluate_depth(const DepthEvaluation& job, const RunContext& run) {
    validate(job.read);
    validate(job);
    if (!job.truth.empty() && !job.right.empty())
        throw Error(ErrorCode::usage, "does not go with --truth; both say what is true", "--right");
    const bool by_first = job.truth.empty() && job.right.empty();
    if (by_first && job.black_is_unknown)
        throw Error(ErrorCode::usage, "is of the maps that --truth names", "--black-is-unknown");
    const auto pairs = pair_up(job.pictures, job.truth + job.right,
                               job.right.empty() ? Partner::same_name : Partner::other_eye, run);
    auto candidates = open_models(job.depth_model, ModelTask::depth, "--depth-model",
                                  by_first ? 2 : 1, job.device, run);

    std::vector<DepthScores> scores(candidates.size());
    for (std::size_t n = 0; n < pairs.size(); ++n) {
        run.throw_if_stopped();
        run.progress("judging", static_cast<std::int64_t>(n),
                     static_cast<std::int64_t>(pairs.size()));
        const Image picture = read_picture(pairs[n].picture, limits_of(job.read));
        DepthTruth truth;
        if (!job.truth.empty()) truth = read_truth(pairs[n].truth, job);
        if (!job.right.empty())
            truth = match_truth(picture, read_picture(pairs[n].truth, limits_of(job.read)), run);
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            InverseDepth found;
            candidates[c].seconds.push_back(core::seconds_of([&] {
                found = estimate_depth(candidates[c].model, picture, nullptr, run).inverse_depth;
            }));
            if (truth.empty()) truth = found;
            found = resized(found, truth.size());
            scores[c].error.add(scale_free_error(found, truth));
            scores[c].ordinal.add(ordinal_accuracy(found, truth));
            scores[c].edges.add(found, truth);
        }
    }

    ScoreTable table{.measured_on = describe(pairs.size(), "picture", job.pictures),
                     .columns = {{.name = "error", .better = Better::lower},
                                 {.name = "ordinal", .better = Better::higher},
                                 {.name = "edge F1", .better = Better::higher},
                                 {.name = "ms", .better = Better::lower, .decimals = 1}},
                     .rows = {}};
    for (std::size_t c = 0; c < candidates.size(); ++c)
        table.rows.push_back(
            {.model = candidates[c].name,
             .scores = {scores[c].error.value(), scores[c].ordinal.value(),
                        scores[c].edges.best_f1(), median_ms(candidates[c].seconds)}});
    return table;
}

// ---- Mattes
// --------------------------------------------------------------------------------------

ScoreTable evaluate_mattes(const MatteEvaluation& job, const RunContext& run) {
    validate(job.read);
    validate(job);
    const auto pairs = pair_up(job.pictures, job.truth, Partner::same_name, run);
    auto candidates = open_models(job.matte_model, ModelTask::matte, "--matte-model",
                                  job.truth.empty() ? 2 : 1, job.device, run);

    std::vector<Mean> overlap(candidates.size());
    std::vector<Mean> error(candidates.size());
    std::size_t judged = 0;
    for (std::size_t n = 0; n < pairs.size(); ++n) {
        run.throw_if_stopped();
        run.progress("judging", static_cast<std::int64_t>(n),
                     static_cast<std::int64_t>(pairs.size()));
        const Image picture = read_picture(pairs[n].picture, limits_of(job.read));
        Matte truth;
        if (!job.truth.empty()) truth = read_matte(pairs[n].truth, limits_of(job.read));
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            if (!truth.empty() && !is_sure(truth)) break;
            Matte found;
            candidates[c].seconds.push_back(core::seconds_of(
                [&] { found = estimate_matte(candidates[c].model, picture, run); }));
            if (truth.empty()) truth = found;
            if (!is_sure(truth)) break;
            const MatteScore score = compare_mattes(resized(found, truth.size()), truth);
            overlap[c].add(score.overlap);
            error[c].add(score.error);
        }
        judged += is_sure(truth);
    }
    if (judged == 0)
        throw Error(ErrorCode::unreadable, "no truth shows a subject clearly enough to judge by",
                    job.truth.empty() ? candidates[0].name : job.truth);

    ScoreTable table{.measured_on = describe(judged, "clear subject", job.pictures),
                     .columns = {{.name = "IoU", .better = Better::higher},
                                 {.name = "error", .better = Better::lower},
                                 {.name = "ms", .better = Better::lower, .decimals = 1}},
                     .rows = {}};
    for (std::size_t c = 0; c < candidates.size(); ++c)
        table.rows.push_back(
            {.model = candidates[c].name,
             .scores = {overlap[c].value(), error[c].value(), median_ms(candidates[c].seconds)}});
    return table;
}

// ---- Films
// ---------------------------------------------------------------------------------------

struct FilmFlicker {
    Flicker by_itself{};
    Flicker steadied{};
};

// One network's depth of a film, scene by scene. Scenes, networks that see several frames and
// steady depth are all known later than they are asked for, so frames wait for them.
class FlickerRun {
 public:
    FlickerRun(const Model& model, const SteadyOptions& options, const RunContext& run)
        : stream_(model), steady_(options), run_(run) {}

    void push(const Image& frame) {
        finder_.push(frame);
        frames_.push_back(frame);
        go_on();
    }
    FilmFlicker finish() {
        finder_.finish();
        go_on();
        end_scene();
        return std::move(flicker_);
    }

 private:
    void go_on() {
        while (const auto start = finder_.next()) {
            estimate_until(start->frame);
            end_scene();
        }
        estimate_until(finder_.known_until());
    }
    void estimate_until(std::int64_t frame) {
        for (; estimated_ < frame; ++estimated_) {
            stream_.push(frames_.front(), nullptr, run_);
            for_depth_.push_back(std::move(frames_.front()));
            frames_.pop_front();
            take_depth();
        }
    }
    void end_scene() {
        stream_.finish(run_);
        take_depth();
        steady_.finish();
        take_steady();
    }
    void take_depth() {
        while (auto depth = stream_.next(run_)) {
            const Image& frame = for_depth_.front();
            flicker_.by_itself.add(frame, depth->inverse_depth, run_);
            steady_.push(frame, std::move(depth->inverse_depth), run_);
            for_steady_.push_back(std::move(for_depth_.front()));
            for_depth_.pop_front();
            take_steady();
        }
    }
    void take_steady() {
        while (const auto depth = steady_.next(run_)) {
            flicker_.steadied.add(for_steady_.front(), *depth, run_);
            for_steady_.pop_front();
        }
    }

    SceneFinder finder_{};
    DepthStream stream_;
    SteadyDepth steady_;
    RunContext run_;
    FilmFlicker flicker_{};
    std::deque<Image> frames_{};  // whose scene is not known
    std::deque<Image> for_depth_{};
    std::deque<Image> for_steady_{};
    std::int64_t estimated_ = 0;
};

FilmFlicker flicker_of(const Model& model, const FlickerEvaluation& job, const RunContext& run,
                       const std::function<void(int)>& progress) {
    FilmReader reader(job.film, run.threads);
    FlickerRun flicker(model, job.steady, run);
    for (int n = 0; n < job.frames; ++n) {
        const auto frame = reader.next();
        if (!frame) break;
        flicker.push(frame->image);
        progress(n);
    }
    return flicker.finish();
}

ScoreTable evaluate_flicker(const FlickerEvaluation& job, const RunContext& run) {
    validate(job.read);
    validate(job);
    validate(job.steady);
    const auto candidates =
        open_models(job.depth_model, ModelTask::depth, "--depth-model", 1, job.device, run);
    ScoreTable table{.measured_on = fmt::format("at most {} frames of {}", job.frames,
                                                job.film.filename().string()),
                     .columns = {{.name = "change a frame", .better = Better::lower, .decimals = 4},
                                 {.name = "steadied", .better = Better::lower, .decimals = 4}},
                     .rows = {}};
    const auto total = static_cast<std::int64_t>(candidates.size()) * job.frames;
    for (std::size_t c = 0; c < candidates.size(); ++c) {
        const auto begun = static_cast<std::int64_t>(c) * job.frames;
        const auto flicker = flicker_of(candidates[c].model, job, run, [&](int frame) {
            run.throw_if_stopped();
            run.progress("judging", begun + frame, total);
        });
        const auto change = flicker.by_itself.mean_change();
        if (!change)
            throw Error(ErrorCode::unreadable, "has fewer than two frames", job.film.string());
        table.rows.push_back(
            {.model = candidates[c].name, .scores = {change, flicker.steadied.mean_change()}});
    }
    return table;
}

}  // namespace
}  // namespace pipeline

// ---- Options
// -------------------------------------------------------------------------------------

const std::vector<Field<DepthEvaluation>>& DepthEvaluation::fields() {
    static const std::vector<Field<DepthEvaluation>> list{
        field("depth-model", &DepthEvaluation::depth_model, {.placeholder = "MODEL"},
              "network to judge; repeat for several. Without --truth and --right the first is the "
              "truth"),
        field("truth", &DepthEvaluation::truth, {.placeholder = "FOLDER|FILE"},
              "depth maps, near = bright, by the names of the pictures"),
        field("right", &DepthEvaluation::right, {.placeholder = "FOLDER|FILE"},
              "what the right eye sees, for rectified pairs: matching the two is the truth"),
        field("black-is-unknown", &DepthEvaluation::black_is_unknown,
              "0 in a map of --truth is no depth"),
        field("device", &DepthEvaluation::device, "where networks run"),
    };
    return list;
}

const std::vector<Field<MatteEvaluation>>& MatteEvaluation::fields() {
    static const std::vector<Field<MatteEvaluation>> list{
        field("matte-model", &MatteEvaluation::matte_model, {.placeholder = "MODEL"},
              "network to judge; repeat for several. Without --truth the first is the truth"),
        field("truth", &MatteEvaluation::truth, {.placeholder = "FOLDER|FILE"},
              "mattes, white = subject, by the names of the pictures"),
        field("device", &MatteEvaluation::device, "where networks run"),
    };
    return list;
}

const std::vector<Field<FlickerEvaluation>>& FlickerEvaluation::fields() {
    static const std::vector<Field<FlickerEvaluation>> list{
        field("depth-model", &FlickerEvaluation::depth_model, {.placeholder = "MODEL"},
              "network to judge; repeat for several"),
        field("frames", &FlickerEvaluation::frames, {.min = 2, .max = 1e6},
              "so many frames from the film's beginning"),
        field("device", &FlickerEvaluation::device, "where networks run"),
    };
    return list;
}

ScoreTable evaluate(const DepthEvaluation& job, const RunContext& run) {
    return pipeline::translating_errors(
        [&] { return pipeline::evaluate_depth(job, pipeline::with_threads(run, job.read)); });
}

ScoreTable evaluate(const MatteEvaluation& job, const RunContext& run) {
    return pipeline::translating_errors(
        [&] { return pipeline::evaluate_mattes(job, pipeline::with_threads(run, job.read)); });
}

ScoreTable evaluate(const FlickerEvaluation& job, const RunContext& run) {
    return pipeline::translating_errors(
        [&] { return pipeline::evaluate_flicker(job, pipeline::with_threads(run, job.read)); });
}

namespace {

const char* arrow(Better better) {
    switch (better) {
        case Better::higher:
            return " ↑";
        case Better::lower:
            return " ↓";
        case Better::neither:
            return "";
    }
    return "";
}

}  // namespace

std::string to_markdown(const ScoreTable& table) {
    std::string text = "| " + table.measured_on;
    std::string rule = "|---";
    for (const ScoreColumn& column : table.columns) {
        text += fmt::format(" | {}{}", column.name, arrow(column.better));
        rule += "|---:";
    }
    text += " |\n" + rule + "|\n";
    for (const ScoreRow& row : table.rows) {
        text += "| " + row.model;
        for (std::size_t n = 0; n < row.scores.size(); ++n)
            text += row.scores[n]
                        ? fmt::format(" | {:.{}f}", *row.scores[n], table.columns[n].decimals)
                        : " | –";
        text += " |\n";
    }
    return text;
}

}  // namespace diorama
