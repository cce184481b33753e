#include "diorama/roto_job.h"

#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_roto(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<RotoJob>();
    CLI::App* verb =
        command.add_subcommand("roto", "A film or picture as flat tonal shapes to draw over");
    add_common_of_several(*verb, job->input, job->output, common, {.help = "the picture or film"});
    add_flags(*verb, job->tones, "Tones");
    add_flags(*verb, job->nudges, "Tones");
    add_flags(*verb, job->subject, "The subject");
    add_flags(*verb, job->drawing, "Drawing");
    add_flags(*verb, job->trace, "Drawing");
    add_flags(*verb, job->extras, "Output");
    add_flags(*verb, job->source, "Films");
    add_flags(*verb, job->part, "Films");
    add_flags(*verb, job->encoder, "Encoding");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "  diorama roto shot.mp4 -o shot_roto/ --on twos\n"
        "  diorama roto shot.mp4 -o shot_%04d.svg --palette colours.gpl --start-number 1001\n"
        "  diorama roto shot.mp4 -o flat.mp4 --subject --highlight +0.1 --compare side.mp4\n"
        "  diorama roto photo.jpg -o photo.svg");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
