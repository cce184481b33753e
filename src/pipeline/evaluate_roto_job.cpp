// Tones judged on labelled frames.

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <set>

#include "core/stopwatch.h"
#include "diorama/error.h"
#include "diorama/evaluate_job.h"
#include "diorama/picture.h"
#include "diorama/steady_tones.h"
#include "diorama/tonal_score.h"
#include "diorama/tone_estimate.h"
#include "pipeline/judging.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLabels = "_tones.png";

// ---- Frames
// --------------------------------------------------------------------------------------

struct LabelledFrame {
    std::string name{};  // a path within the folder, without ending
    fs::path picture{};
    fs::path labels{};
};

// The picture by a name without ending; empty where there is none.
fs::path find_picture(const fs::path& folder, const std::string& name) {
    for (const char* ending : {".png", ".jpg", ".jpeg", ".tif", ".webp"})
        if (fs::path file = folder / (name + ending); is_there(file)) return file;
    return {};
}

std::set<std::string> read_names(const std::string& file) {
    std::ifstream stream(file);
    if (!stream) throw Error(ErrorCode::not_found, "no such file", file);
    std::set<std::string> names;
    for (std::string line; std::getline(stream, line);)
        if (!line.empty()) names.insert(line);
    return names;
}

std::vector<LabelledFrame> list_frames(const RotoEvaluation& job, const RunContext& run) {
    const fs::path truth = job.truth.empty() ? job.frames : fs::path(job.truth);
    for (const fs::path& folder : {job.frames, truth})
        if (!fs::is_directory(folder))
            throw Error(ErrorCode::not_found, "no such folder", folder.string());
    std::set<std::string> wanted;
    if (!job.only.empty()) wanted = read_names(job.only);

    std::vector<LabelledFrame> frames;
    int without = 0;
    for (const auto& entry : fs::recursive_directory_iterator(truth)) {
        std::string name = fs::relative(entry.path(), truth).generic_string();
        if (!name.ends_with(kLabels)) continue;
        name.resize(name.size() - kLabels.size());
        if (!job.only.empty() && !wanted.contains(name)) continue;
        fs::path picture = find_picture(job.frames, name);
        if (picture.empty())
            ++without;
        else
            frames.push_back({name, std::move(picture), entry.path()});
    }
    if (frames.empty())
        throw Error(ErrorCode::not_found,
                    job.only.empty() ? "holds no frame NAME.png with labels NAME_tones.png"
                                     : "holds no labelled frame of those that --only lists",
                    truth.string());
    if (without > 0)
        run.warn(fmt::format("{}: {} labels have no picture by their names and are left out",
                             truth.string(), without));
    std::ranges::sort(frames, {}, &LabelledFrame::name);
    return frames;
}

// Whether `next` is what a film shows right after `frame`: the same name with the next number.
bool follows(const std::string& frame, const std::string& next) {
    const auto digits = [](const std::string& name) {
        return name.find_last_not_of("0123456789") + 1;
    };
    const std::size_t at = digits(frame);
    const std::string number = frame.substr(at);
    const std::string later = next.substr(std::min(at, next.size()));
    return at == digits(next) && frame.compare(0, at, next, 0, at) == 0 && !number.empty() &&
           number.size() < 10 && later.size() < 10 && std::stol(later) == std::stol(number) + 1;
}

// ---- Methods
// -------------------------------------------------------------------------------------

// A way to find tones, and how it did.
struct Method {
    std::string name{};
    std::function<ToneProbabilities(const Image&)> estimate{};
    bool has_probabilities = true;
    TonalScore score{};
    TonalFlicker flicker{};
    SteadyTones drawer{{}};
    TonalFlicker drawn{};  // flicker of what `diorama roto` would draw
    std::vector<double> seconds{};

    void begin_shot() {
        flicker.cut();
        drawer.end_scene();
        drawn.cut();
    }

    void judge(const Image& picture, std::int64_t number, const ToneMap& labels,
               const RunContext& run) {
        ToneProbabilities found;
        seconds.push_back(core::seconds_of([&] { found = estimate(picture); }));
        const ToneMap tones = decide_tones(found);
        if (has_probabilities)
            score.add(found, labels);
        else
            score.add(tones, labels);
        flicker.add(picture, tones, run);
        if (!drawer.holds(picture, number)) drawer.draw(picture, std::move(found), run);
        drawn.add(picture, drawer.last(), run);
    }
};

std::vector<Method> list_methods(const std::vector<Candidate>& candidates, const RunContext& run) {
    std::vector<Method> methods;
    for (const Candidate& candidate : candidates)
        methods.push_back({.name = candidate.name,
                           .estimate = [&model = candidate.model, run](const Image& picture) {
                               return estimate_tones(model, picture, run);
                           }});
    for (const Choice<ToneMethod>& choice : kChoices<ToneMethod>) {
        if (choice.value == ToneMethod::network) continue;
        const ToneMethod method = choice.value;
        methods.push_back({.name = std::string(choice.name),
                           .estimate =
                               [=](const Image& picture) {
                                   return estimate_tones(method, picture, nullptr, run);
                               },
                           .has_probabilities = false});
    }
    return methods;
}

// ---- The table
// -----------------------------------------------------------------------------------

std::vector<ScoreColumn> make_columns() {
    std::vector<ScoreColumn> columns{
        {.name = "cross-entropy", .better = Better::lower, .decimals = 4},
        {.name = "of the prior's", .better = Better::lower}};
    for (const Choice<Tone>& tone : kChoices<Tone>) {
        std::string name(tone.name);
        std::ranges::replace(name, '_', ' ');
        columns.push_back({.name = name + " IoU", .better = Better::higher});
    }
    columns.insert(columns.end(),
                   {{.name = "mean IoU", .better = Better::higher},
                    {.name = "border F1", .better = Better::higher},
                    {.name = "shadow error %", .better = Better::lower, .decimals = 1},
                    {.name = "flicker %", .better = Better::lower, .decimals = 2},
                    {.name = "drawn flicker %", .better = Better::lower, .decimals = 2},
                    {.name = "ms", .better = Better::lower, .decimals = 1}});
    return columns;
}

std::optional<double> percent(std::optional<double> share) {
    if (share) *share *= 100;
    return share;
}

ScoreRow make_row(const Method& method) {
    const TonalScores scores = method.score.scores();
    ScoreRow row{.model = method.name, .scores = {scores.entropy, scores.entropy_share}};
    row.scores.insert(row.scores.end(), scores.overlap.begin(), scores.overlap.end());
    row.scores.insert(row.scores.end(),
                      {scores.mean_overlap, scores.boundary_f1, percent(scores.shadow_error),
                       percent(method.flicker.mean_change()), percent(method.drawn.mean_change()),
                       median_ms(method.seconds)});
    return row;
}

ScoreTable evaluate_roto(const RotoEvaluation& job, const RunContext& run) {
    validate(job.read);
    validate(job);
    const auto frames = list_frames(job, run);
    const auto candidates =
        open_models(job.tone_model, ModelTask::tones, "--tone-model", 0, job.device, run);
    auto methods = list_methods(candidates, run);
    std::string before;
    for (std::size_t n = 0; n < frames.size(); ++n) {
        run.throw_if_stopped();
        run.progress("judging", static_cast<std::int64_t>(n),
                     static_cast<std::int64_t>(frames.size()));
        const LabelledFrame& frame = frames[n];
        const Image picture = normalise_exposure(read_picture(frame.picture, limits_of(job.read)));
        const ToneMap labels = read_tones(read_picture(frame.labels, limits_of(job.read)));
        if (labels.size() != picture.size())
            throw Error(ErrorCode::mismatch, "its labels have another size",
                        frame.picture.string());
        for (Method& method : methods) {
            if (!follows(before, frame.name)) method.begin_shot();
            method.judge(picture, static_cast<std::int64_t>(n), labels, run);
        }
        before = frame.name;
    }
    ScoreTable table{.measured_on = describe(frames.size(), "frame", job.frames),
                     .columns = make_columns(),
                     .rows = {}};
    for (const Method& method : methods) table.rows.push_back(make_row(method));
    return table;
}

}  // namespace
}  // namespace pipeline

const std::vector<Field<RotoEvaluation>>& RotoEvaluation::fields() {
    static const std::vector<Field<RotoEvaluation>> list{
        field("tone-model", &RotoEvaluation::tone_model, {.placeholder = "MODEL"},
              "network to judge beside thresholds and k-means; repeat for several"),
        field("truth", &RotoEvaluation::truth, {.placeholder = "FOLDER"},
              "the folder of the labels, where they are not beside the frames"),
        field("only", &RotoEvaluation::only, {.placeholder = "FILE"},
              "a list of the frames that count, one name a line"),
        field("device", &RotoEvaluation::device, "where networks run"),
    };
    return list;
}

ScoreTable evaluate(const RotoEvaluation& job, const RunContext& run) {
    return pipeline::translating_errors(
        [&] { return pipeline::evaluate_roto(job, pipeline::with_threads(run, job.read)); });
}

}  // namespace diorama
