#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "diorama/error.h"
#include "diorama/evaluate_job.h"
#include "flags.h"
#include "verbs.h"

namespace diorama::cli {
namespace {

struct Output {
    std::string file{};
    bool json = false;
};

std::string to_json(const ScoreTable& table) {
    nlohmann::ordered_json json{{"measured_on", table.measured_on}};
    for (const ScoreRow& row : table.rows) {
        nlohmann::ordered_json scores{{"model", row.model}};
        for (std::size_t n = 0; n < row.scores.size(); ++n)
            if (row.scores[n]) scores[table.columns[n].name] = *row.scores[n];
        json["models"].push_back(scores);
    }
    return json.dump(2) + "\n";
}

void print_table(const ScoreTable& table, const Output& output, Console& console) {
    console.finish_line();
    const std::string text = output.json ? to_json(table) : to_markdown(table);
    fmt::print("{}", text);
    if (output.file.empty()) return;
    std::ofstream stream(output.file);
    if (!(stream << text) || !stream.flush())
        throw Error(ErrorCode::unwritable, "cannot be written", output.file);
}

// One of evaluate's own verbs: the flags of its job, and where the table goes.
template <class Job>
struct Kind {
    CLI::App* verb = nullptr;
    std::shared_ptr<Job> job = std::make_shared<Job>();
    FreeAction action{};  // does it, where the user chose it
};

template <class Job>
Kind<Job> add_kind(CLI::App& parent, CommonFlags& common, const InputWords& words) {
    Kind<Job> kind;
    auto job = kind.job;
    auto output = std::make_shared<Output>();
    CLI::App* verb = kind.verb = parent.add_subcommand(words.name, words.help);
    verb->add_option("-o,--output", output->file, "the table as a file, too")->type_name("FILE");
    verb->add_flag("--json", output->json, "the table for programs");
    add_progress(*verb, common);
    add_flags(*verb, *job, "What is judged");
    if constexpr (requires { job->steady; }) add_flags(*verb, job->steady, "Steady depth");
    add_flags(*verb, job->read, "Limits");
    kind.action = [=](Console& console) {
        if (!verb->parsed()) return;
        if (!output->file.empty() && !std::ofstream(output->file, std::ios::app))
            throw Error(ErrorCode::unwritable, "cannot be written", output->file);
        print_table(evaluate(*job, console.run()), *output, console);
    };
    return kind;
}

// The same with an INPUT.
template <class Job>
FreeAction add_kind(CLI::App& parent, CommonFlags& common, const InputWords& words,
                    std::filesystem::path Job::*input, const InputWords& input_words) {
    const auto kind = add_kind<Job>(parent, common, words);
    kind.verb->add_option(input_words.name, (*kind.job).*input, input_words.help)->required();
    return kind.action;
}

}  // namespace

FreeAction add_evaluate(CLI::App& command, CommonFlags& common) {
    CLI::App* verb = command.add_subcommand(
        "evaluate", "How good depth, mattes, tones and stereoscopic views are, in numbers");
    verb->require_subcommand(1);
    verb->footer(
        "  diorama evaluate depth photos --truth maps --depth-model a.onnx --depth-model b.onnx\n"
        "  diorama evaluate matte photos --matte-model isnet --matte-model selfie\n"
        "  diorama evaluate flicker film.mp4 --depth-model depth-anything-v2-small\n"
        "  diorama evaluate stereo --left left --right right\n"
        "  diorama evaluate roto frames --tone-model tones.json\n"
        "  diorama evaluate style --left left --right right --disparity made\n\n"
        "`diorama evaluate SUBCOMMAND --help` explains one.");
    const InputWords pictures{"PICTURES", "a folder of pictures, or one picture"};
    const auto depth =
        add_kind(*verb, common, {"depth", "Depth against the truth, or against another network"},
                 &DepthEvaluation::pictures, pictures);
    const auto matte =
        add_kind(*verb, common, {"matte", "Mattes against the truth, or against another network"},
                 &MatteEvaluation::pictures, pictures);
    const auto flicker = add_kind(
        *verb, common, {"flicker", "How much the depth of a film changes where it does not"},
        &FlickerEvaluation::film, {"FILM", "a film"});
    const auto stereo = add_kind<StereoEvaluation>(
        *verb, common, {"stereo", "Right views made of left ones, against what a camera saw"});
    const auto style = add_kind<StyleEvaluation>(
        *verb, common, {"style", "Depth budget and zero plane of pairs, and how they spread"});
    const auto roto =
        add_kind(*verb, common, {"roto", "Flat tones against labels, and from frame to frame"},
                 &RotoEvaluation::frames, {"FRAMES", "a folder of frames"});
    return [=](Console& console) {
        for (const FreeAction& kind : {depth, matte, flicker, stereo.action, style.action, roto})
            kind(console);
    };
}

}  // namespace diorama::cli
