#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_popout(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<PopoutJob>();
    CLI::App* verb = command.add_subcommand(
        "popout", "A photo, or a film, becomes a film in which its subject turns in depth");
    add_common_of_several(*verb, job->input, job->output, common, {.help = "the photo or film"});
    add_flags(*verb, job->popout, "The film");
    add_flags(*verb, job->fill, "The film");
    add_flags(*verb, job->film, "The film");
    add_flags(*verb, job->subject, "The subject");
    add_flags(*verb, job->depth, "Its depth");
    add_flags(*verb, job->encoder, "Encoding");
    add_flags(*verb, job->extras, "More output");
    add_flags(*verb, job->steady, "Out of films");
    add_flags(*verb, job->source, "Out of films");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "The output's ending chooses its format: .mp4 .mkv .mov .webm films, .gif .apng .webp\n"
        "animations, name_%04d.png sequences.\n\n"
        "  diorama popout cat.jpg -o cat.mp4 --matte cat_matte.png --depth cat_depth.png\n"
        "  diorama popout cat.jpg -o cat.mp4 --box 120,40,300,420 --depth-model depth.onnx\n"
        "  diorama popout cat.jpg -o cat.gif --size 480 --motion orbit --duration 2 ...\n"
        "  diorama popout cat.jpg -o frame.png --preview 1 ...");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
