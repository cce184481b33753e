// Views and styles judged on pairs of pictures.

#include <fmt/format.h>

#include "core/stopwatch.h"
#include "diorama/catalogue.h"
#include "diorama/depth.h"
#include "diorama/disparity_files.h"
#include "diorama/error.h"
#include "diorama/evaluate_job.h"
#include "diorama/evaluation.h"
#include "diorama/match.h"
#include "diorama/picture.h"
#include "diorama/stereo.h"
#include "diorama/style.h"
#include "pipeline/judging.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

namespace fs = std::filesystem;

// The fill that was made for views, which is no word of the shared one.
constexpr const char* kFromTheSide = "side";

// ---- Pairs
// ---------------------------------------------------------------------------------------

void require_pairs(const std::string& left, const std::string& right) {
    if (left.empty())
        throw Error(ErrorCode::usage, "name what the left eye sees, a picture or a folder",
                    "--left");
    if (right.empty())
        throw Error(ErrorCode::usage, "name what the right eye sees, a picture or a folder",
                    "--right");
}

struct Views {
    Image left{};
    Image right{};
};

Views read_views(const JudgedPicture& pair, const ReadOptions& read) {
    Views views{.left = read_picture(pair.picture, limits_of(read)),
                .right = read_picture(pair.truth, limits_of(read))};
    if (views.left.size() != views.right.size())
        throw Error(ErrorCode::mismatch,
                    fmt::format("is {}×{} but the left view is {}×{}", views.right.width(),
                                views.right.height(), views.left.width(), views.left.height()),
                    pair.truth.string());
    return views;
}

Disparity read_disparity_of(const fs::path& picture, Size size, const std::string& where,
                            const ReadOptions& read) {
    const fs::path file = find_partner(where, picture, Partner::same_name);
    if (file.empty())
        throw Error(ErrorCode::not_found,
                    fmt::format("has no disparity by the name of {}", picture.filename().string()),
                    where);
    Disparity disparity = read_disparity(file, limits_of(read));
    if (disparity.size() != size)
        throw Error(ErrorCode::mismatch,
                    fmt::format("is {}×{} but the picture is {}×{}", disparity.width(),
                                disparity.height(), size.width, size.height),
                    file.string());
    return disparity;
}

void note_progress(std::size_t done, std::size_t total, const RunContext& run) {
    run.throw_if_stopped();
    run.progress("judging", static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
}

// ---- Views
// ---------------------------------------------------------------------------------------

std::optional<double> percent(std::optional<double> share) {
    if (!share) return {};
    return 100 * *share;
}

ScoreTable evaluate_stereo(const StereoEvaluation& job, const RunContext& run) {
    validate(job.read);
    validate(job);
    require_pairs(job.left, job.right);
    const auto pairs = pair_up(job.left, job.right, Partner::other_eye, run);
    std::optional<Filler> filler;
    if (job.fill != kFromTheSide)
        filler.emplace(FillOptions{.fill = job.fill}, Device::cpu, run.threads);
    const Filler* chosen = filler ? &*filler : nullptr;

    Mean psnr, visible, ssim, edges, holes;
    std::vector<double> seconds;
    for (std::size_t n = 0; n < pairs.size(); ++n) {
        note_progress(n, pairs.size(), run);
        const Views views = read_views(pairs[n], job.read);
        const Disparity disparity =
            job.disparity.empty()
                ? match_views(views.left, views.right, run).left.disparity
                : read_disparity_of(pairs[n].picture, views.left.size(), job.disparity, job.read);
        View made;
        seconds.push_back(
            core::seconds_of([&] { made = make_view(views.left, disparity, 1, chosen, run); }));
        const auto score = compare_views(made, views.right, disparity);
        if (!score) continue;
        psnr.add(score->psnr_db);
        visible.add(score->psnr_visible_db);
        ssim.add(score->ssim_visible);
        edges.add(score->psnr_edges_db);
        holes.add(score->hole_share);
    }
    return {.measured_on = describe(pairs.size(), "pair", job.left),
            .columns = {{.name = "PSNR", .better = Better::higher, .decimals = 2},
                        {.name = "visible PSNR", .better = Better::higher, .decimals = 2},
                        {.name = "visible SSIM", .better = Better::higher, .decimals = 4},
                        {.name = "edge PSNR", .better = Better::higher, .decimals = 2},
                        {.name = "holes %", .decimals = 2},
                        {.name = "ms", .better = Better::lower, .decimals = 1}},
            .rows = {{.model = job.disparity.empty() ? "matched" : "given",
                      .scores = {psnr.value(), visible.value(), ssim.value(), edges.value(),
                                 percent(holes.value()), median_ms(seconds)}}}};
}

// ---- Style
// ---------------------------------------------------------------------------------------

// One row of the table: how styles spread over a set, and how well depth and disparity agree.
struct StyleScores {
    std::vector<StereoStyle> styles{};
    Mean ddc_iou{};
    Mean ddc_iou_right{};

    void add(const InverseDepth& iz, const MatchedView& left, const InverseDepth& iz_right,
             const MatchedView& right) {
        if (const auto style = fit_style(iz, left.disparity, left.valid)) styles.push_back(*style);
        ddc_iou.add(find_ddc_iou(iz, left.disparity, left.valid));
        ddc_iou_right.add(find_ddc_iou(iz_right, right.disparity, right.valid));
    }

    [[nodiscard]] ScoreRow row(const char* name) const {
        const StyleSpread spread = find_spread(styles);
        const auto known = [&](double value) {
            return styles.empty() ? std::nullopt : std::optional(value);
        };
        return {.model = name,
                .scores = {known(spread.mean.s_percent), known(spread.deviation.s_percent),
                           known(spread.mean.t_percent), known(spread.deviation.t_percent),
                           ddc_iou.value(), ddc_iou_right.value()}};
    }
};

// M_pred (section 3.5): a disparity's own left-right consistency, by the right view made with it.
struct Prediction {
    StereoMatch match{};
    Image right{};
};
Prediction predict(const Image& left, Disparity disparity, const RunContext& run) {
    View view = make_view(left, disparity, 1, nullptr, run);
    Matte valid = find_consistent(disparity, Eye::left, view.disparity);
    Matte valid_right = find_consistent(view.disparity, Eye::right, disparity);
    return {.match = {.left = {.disparity = std::move(disparity), .valid = std::move(valid)},
                      .right = {.disparity = std::move(view.disparity),
                                .valid = std::move(valid_right)}},
            .right = std::move(view.picture)};
}

ScoreTable evaluate_style(const StyleEvaluation& job, const RunContext& run) {
    validate(job.read);
    validate(job);
    require_pairs(job.left, job.right);
    const auto pairs = pair_up(job.left, job.right, Partner::other_eye, run);
    const Model model(
        find_model(job.depth_model.empty() ? std::string(kBuiltInDepth) : job.depth_model,
                   {ModelTask::depth}, run),
        job.device, run.threads);
    const auto depth_of = [&](const Image& view) {
        return estimate_depth(model, view, nullptr, run).inverse_depth;
    };

    StyleScores truth;
    StyleScores prediction;
    for (std::size_t n = 0; n < pairs.size(); ++n) {
        note_progress(n, pairs.size(), run);
        const Views views = read_views(pairs[n], job.read);
        const InverseDepth iz = depth_of(views.left);
        const StereoMatch match = match_views(views.left, views.right, run);
        truth.add(iz, match.left, depth_of(views.right), match.right);
        if (job.disparity.empty()) continue;
        const Prediction predicted = predict(
            views.left,
            read_disparity_of(pairs[n].picture, views.left.size(), job.disparity, job.read), run);
        prediction.add(iz, predicted.match.left, depth_of(predicted.right), predicted.match.right);
    }
    ScoreTable table{.measured_on = describe(pairs.size(), "pair", job.left),
                     .columns = {{.name = "s %"},
                                 {.name = "±s"},
                                 {.name = "t %"},
                                 {.name = "±t"},
                                 {.name = "DDC-IoU", .better = Better::higher},
                                 {.name = "DDC-IoU right", .better = Better::higher}},
                     .rows = {truth.row("truth")}};
    if (!job.disparity.empty()) table.rows.push_back(prediction.row("prediction"));
    return table;
}

}  // namespace
}  // namespace pipeline

const std::vector<Field<StereoEvaluation>>& StereoEvaluation::fields() {
    static const std::vector<Field<StereoEvaluation>> list{
        field("left", &StereoEvaluation::left, {.placeholder = "FOLDER|FILE"},
              "what the left eye sees, of rectified pairs"),
        field("right", &StereoEvaluation::right, {.placeholder = "FOLDER|FILE"},
              "what the right eye sees, by the names of the left pictures"),
        field("disparity", &StereoEvaluation::disparity, {.placeholder = "FOLDER|FILE"},
              "disparities by the names of the left pictures; else what matching finds"),
        field("fill", &StereoEvaluation::fill,
              {.placeholder = "side|extend|smooth|patchmatch|MODEL"},
              "how what was hidden is filled: quickly from the farther side, or as `diorama fill` "
              "does"),
    };
    return list;
}

const std::vector<Field<StyleEvaluation>>& StyleEvaluation::fields() {
    static const std::vector<Field<StyleEvaluation>> list{
        field("left", &StyleEvaluation::left, {.placeholder = "FOLDER|FILE"},
              "what the left eye sees, of rectified pairs"),
        field("right", &StyleEvaluation::right, {.placeholder = "FOLDER|FILE"},
              "what the right eye sees, by the names of the left pictures"),
        field("disparity", &StyleEvaluation::disparity, {.placeholder = "FOLDER|FILE"},
              "disparities to judge, by the names of the left pictures"),
        field("depth-model", &StyleEvaluation::depth_model, {.placeholder = "MODEL"},
              "depth network; else the one that is built in"),
        field("device", &StyleEvaluation::device, "where networks run"),
    };
    return list;
}

ScoreTable evaluate(const StereoEvaluation& job, const RunContext& run) {
    return pipeline::translating_errors(
        [&] { return pipeline::evaluate_stereo(job, pipeline::with_threads(run, job.read)); });
}

ScoreTable evaluate(const StyleEvaluation& job, const RunContext& run) {
    return pipeline::translating_errors(
        [&] { return pipeline::evaluate_style(job, pipeline::with_threads(run, job.read)); });
}

}  // namespace diorama
