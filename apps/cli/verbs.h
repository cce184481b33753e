#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <CLI/CLI.hpp>
#include <functional>

#include "batch.h"
#include "console.h"
#include "diorama/jobs.h"

namespace diorama::cli {

// Flags that every verb has.
struct CommonFlags {
    bool dry_run = false;
    bool json = false;
    ProgressStyle progress = ProgressStyle::automatic;
    Batch batch{};  // of a verb that takes several inputs
};

// Runs the parsed verb, a job.
using Action = std::function<JobSummary(const RunContext&, RunMode)>;

// Each adds its verb to the command and returns what it does.
Action add_popout(CLI::App& command, CommonFlags& common);
Action add_scroll(CLI::App& command, CommonFlags& common);
Action add_depth(CLI::App& command, CommonFlags& common);
Action add_matte(CLI::App& command, CommonFlags& common);
Action add_flow(CLI::App& command, CommonFlags& common);
Action add_fill(CLI::App& command, CommonFlags& common);
Action add_stereo(CLI::App& command, CommonFlags& common);
Action add_photo3d(CLI::App& command, CommonFlags& common);
Action add_camera(CLI::App& command, CommonFlags& common);
Action add_roto(CLI::App& command, CommonFlags& common);
Action add_match(CLI::App& command, CommonFlags& common);
Action add_merge(CLI::App& command, CommonFlags& common);

// These have verbs of their own, which are no jobs: they print what they find.
using FreeAction = std::function<void(Console&)>;
FreeAction add_models(CLI::App& command, CommonFlags& common);
FreeAction add_inspect(CLI::App& command, CommonFlags& common);
FreeAction add_evaluate(CLI::App& command, CommonFlags& common);

// What the help page calls a verb's input.
struct InputWords {
    std::string name = "INPUT";
    std::string help = "the picture";
};

// INPUT, -o OUTPUT and the common flags.
void add_common(CLI::App& verb, std::filesystem::path& input, std::filesystem::path& output,
                CommonFlags& common, const InputWords& words = {});
// The same for verbs that take several inputs, which need --output-dir.
void add_common_of_several(CLI::App& verb, std::filesystem::path& input,
                           std::filesystem::path& output, CommonFlags& common,
                           const InputWords& words = {});
void add_summary_flags(CLI::App& verb, CommonFlags& common);
void add_progress(CLI::App& verb, CommonFlags& common);

}  // namespace diorama::cli
