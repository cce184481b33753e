#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_flow(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<FlowJob>();
    CLI::App* verb =
        command.add_subcommand("flow", "Where each pixel of a picture is found in another");
    add_common(*verb, job->from, job->output, common, {"FROM", "the picture to start from"});
    verb->add_option("TO", job->to, "the other picture, of the same size")->required();
    add_flags(*verb, job->source, "How it is found");
    add_flags(*verb, job->extras, "More output");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "A .flo or .exr holds the vectors in pixels; any other picture shows them as colours.\n\n"
        "  diorama flow frame_1.png frame_2.png -o flow.flo\n"
        "  diorama flow left.png right.png -o look.png --warp right_on_left.png");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
