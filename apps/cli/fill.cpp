#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_fill(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<FillJob>();
    CLI::App* verb = command.add_subcommand(
        "fill", "A thing taken out of a picture or a film, and the hole filled");
    add_common_of_several(*verb, job->input, job->output, common, {.help = "the picture or film"});
    add_flags(*verb, job->hole, "The hole");
    add_flags(*verb, job->fill, "How it is filled");
    add_flags(*verb, job->subject, "The subject, for --hole subject");
    add_flags(*verb, job->depth, "Depth, so that it is filled from the far side only");
    add_flags(*verb, job->extras, "More output");
    add_flags(*verb, job->source, "Films");
    add_flags(*verb, job->part, "Films");
    add_flags(*verb, job->encoder, "Encoding");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "  diorama fill photo.jpg -o empty.jpg --hole mask.png\n"
        "  diorama fill photo.jpg -o empty.jpg --hole subject --box 120,40,300,420\n"
        "  diorama fill photo.jpg -o empty.png --hole mask.png --depth depth.png\n"
        "  diorama fill film.mp4 -o clean.mp4 --hole logo.png");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
