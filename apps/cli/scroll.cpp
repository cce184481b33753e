#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_scroll(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<ScrollJob>();
    CLI::App* verb =
        command.add_subcommand("scroll", "A photo becomes an endless side-scrolling world");
    add_common_of_several(*verb, job->input, job->output, common);
    add_flags(*verb, job->scroll, "The world");
    add_flags(*verb, job->film, "The film");
    add_flags(*verb, job->planes, "Its planes");
    add_flags(*verb, job->fill, "Its planes");
    add_flags(*verb, job->subject, "A subject that stays whole");
    add_flags(*verb, job->depth, "Its depth");
    add_flags(*verb, job->encoder, "Encoding");
    add_flags(*verb, job->extras, "More output");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "  diorama scroll road.jpg -o loop.mp4 --depth-model depth.onnx\n"
        "  diorama scroll road.jpg -o loop.mp4 --speed bg=1.5,mg=9,fg=180 ...\n"
        "  diorama scroll road.jpg -o loop.gif --size 480 --planes 5 --speed 40 ...\n"
        "  diorama scroll road.jpg -o frame.png --preview 3 --save-world game/ ...");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
