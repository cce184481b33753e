#include <memory>

#include "diorama/match_job.h"
#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_match(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<MatchJob>();
    CLI::App* verb =
        command.add_subcommand("match", "How far apart two eyes see each pixel of a scene");
    add_common(*verb, job->left, job->output, common, {"LEFT", "what the left eye sees"});
    verb->add_option("RIGHT", job->right, "what the right eye sees, of the same size")->required();
    add_flags(*verb, job->source, "How views are matched");
    add_flags(*verb, job->extras, "More output");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "Disparity is x_left - x_right in pixels: above 0 in front of the screen, below behind.\n\n"
        "  diorama match left.png right.png -o disparity.exr --valid valid.png\n"
        "  diorama match left.png right.png -o disparity.exr --flow-model sea-raft");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
