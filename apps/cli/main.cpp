#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <vector>

#include "diorama/error.h"
#include "verbs.h"

namespace diorama::cli {
namespace {

ProgressStyle parse_progress(const std::string& text) {
    if (text == "bar") return ProgressStyle::bar;
    if (text == "json") return ProgressStyle::json;
    if (text == "none") return ProgressStyle::none;
    throw Error(ErrorCode::usage, fmt::format("'{}' is none of: bar, json, none", text),
                "--progress");
}

int run_command(int argc, char** argv) {
    CLI::App command("Flat pictures into depth, and rendered depth back into flat art", "diorama");
    command.set_version_flag("--version", DIORAMA_VERSION);
    command.require_subcommand(1);
    command.footer("`diorama VERB --help` explains a verb.");

    CommonFlags common;
    const std::vector<std::pair<std::string, Action>> actions{
        {"popout", add_popout(command, common)}, {"scroll", add_scroll(command, common)},
        {"depth", add_depth(command, common)},   {"matte", add_matte(command, common)},
        {"flow", add_flow(command, common)},     {"fill", add_fill(command, common)},
        {"stereo", add_stereo(command, common)}, {"photo3d", add_photo3d(command, common)},
        {"match", add_match(command, common)},   {"merge", add_merge(command, common)},
        {"camera", add_camera(command, common)}, {"roto", add_roto(command, common)},
    };
    const std::vector<std::pair<std::string, FreeAction>> free_actions{
        {"models", add_models(command, common)},
        {"inspect", add_inspect(command, common)},
        {"evaluate", add_evaluate(command, common)},
    };
    try {
        command.parse(argc, argv);
    } catch (const CLI::Success& wish) {
        return command.exit(wish);  // --help, --version
    } catch (const CLI::RequiredError& error) {
        if (command.get_subcommands().empty())
            throw Error(ErrorCode::usage,
                        "name a verb: popout, scroll, depth, matte, flow, fill, stereo, photo3d, "
                        "camera, roto, match, merge, inspect, models or "
                        "evaluate (try "
                        "--help)");
        if (command.got_subcommand("models"))
            throw Error(ErrorCode::usage,
                        "say what to do: list, info, pull, verify, path or remove, and with which "
                        "model (try --help)",
                        "models");
        if (command.got_subcommand("evaluate") &&
            command.get_subcommand("evaluate")->get_subcommands().empty())
            throw Error(ErrorCode::usage,
                        "say what to judge: depth, matte, flicker, stereo, style or roto "
                        "(try --help)",
                        "evaluate");
        throw Error(ErrorCode::usage, std::string(error.what()) + " (try --help)");
    } catch (const CLI::ParseError& error) {
        std::string line = error.what();
        if (const auto end = line.find('\n'); end != std::string::npos) line.resize(end);
        throw Error(ErrorCode::usage, line + " (try --help)");
    }
    for (const auto& [verb, action] : free_actions) {
        if (!command.got_subcommand(verb)) continue;
        Console console(common.progress);
        action(console);
    }
    for (const auto& [verb, action] : actions) {
        if (!command.got_subcommand(verb)) continue;
        Console console(common.progress);
        const RunMode mode = common.dry_run ? RunMode::dry_run : RunMode::run;
        const auto run = [&](RunMode how) { return action(console.run(), how); };
        const auto on_done = [&, name = verb](const JobSummary& summary) {
            console.finish_line();
            print_summary(name, summary, mode,
                          common.json ? SummaryStyle::json : SummaryStyle::person);
        };
        if (common.batch.inputs.empty())
            on_done(run(mode));
        else
            run_batch(common.batch, run, mode, on_done);
    }
    return 0;
}

}  // namespace

void add_common(CLI::App& verb, std::filesystem::path& input, std::filesystem::path& output,
                CommonFlags& common, const InputWords& words) {
    verb.add_option(words.name, input, words.help)->required();
    verb.add_option("-o,--output", output, "what to write")->required()->type_name("FILE");
    add_summary_flags(verb, common);
}

void add_common_of_several(CLI::App& verb, std::filesystem::path& input,
                           std::filesystem::path& output, CommonFlags& common,
                           const InputWords& words) {
    verb.add_option_function<std::vector<std::string>>(
            words.name,
            [&](const std::vector<std::string>& inputs) {
                common.batch.inputs.assign(inputs.begin(), inputs.end());
                common.batch.set = [&](const auto& from, const auto& to) {
                    input = from;
                    output = to;
                };
            },
            words.help)
        ->required()
        ->expected(1, 1'000'000);
    verb.add_option_function<std::string>(
            "-o,--output", [&](const std::string& file) { common.batch.output = file; },
            "what to write; of several inputs * is the name: '*_out.mkv'")
        ->type_name("FILE");
    verb.add_option_function<std::string>(
            "--output-dir", [&](const std::string& folder) { common.batch.folder = folder; },
            "of several inputs, one after another, the outputs go there")
        ->type_name("FOLDER");
    add_summary_flags(verb, common);
}

void add_summary_flags(CLI::App& verb, CommonFlags& common) {
    verb.add_flag("--dry-run", common.dry_run, "check everything and say what would be made");
    verb.add_flag("--json", common.json, "a summary for programs on standard output");
    add_progress(verb, common);
}

void add_progress(CLI::App& verb, CommonFlags& common) {
    verb.add_option_function<std::string>(
            "--progress",
            [&common](const std::string& text) { common.progress = parse_progress(text); },
            "bar, json (lines on standard error) or none; default: a bar on a terminal")
        ->type_name("STYLE");
}

}  // namespace diorama::cli

int main(int argc, char** argv) {
    using diorama::Error;
    try {
        return diorama::cli::run_command(argc, argv);
    } catch (const Error& error) {
        fmt::print(stderr, "diorama: {}\n", error.what());
        return diorama::exit_status(error.code());
    } catch (const std::bad_alloc&) {
        fmt::print(stderr, "diorama: out of memory; --size or a smaller picture helps\n");
    } catch (const std::exception& error) {
        fmt::print(stderr, "diorama: {}\n", error.what());
    }
    return 1;
}
