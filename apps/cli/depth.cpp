#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_depth(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<DepthJob>();
    CLI::App* verb =
        command.add_subcommand("depth", "The depth of a picture or a film, near = bright");
    add_common_of_several(*verb, job->input, job->output, common, {.help = "the picture or film"});
    add_flags(*verb, job->depth, "Where it comes from");
    add_flags(*verb, job->subject, "Of a subject alone");
    add_flags(*verb, job->extras, "More output");
    add_flags(*verb, job->steady, "Films");
    add_flags(*verb, job->source, "Films");
    add_flags(*verb, job->part, "Films");
    add_flags(*verb, job->encoder, "Encoding");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "A .png holds 16 bits with scale and offset in its metadata, an .exr floats.\n\n"
        "  diorama depth photo.jpg -o depth.png --depth-model depth.onnx\n"
        "  diorama depth photo.jpg -o look.png --colormap turbo --depth-model depth.onnx\n"
        "  diorama depth film.mp4 -o depth_%04d.exr\n"
        "  diorama depth film.mp4 -o look.mp4 --colormap turbo --start 60 --duration 10");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
