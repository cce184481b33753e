#include "diorama/photo3d_job.h"

#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_photo3d(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<Photo3dJob>();
    CLI::App* verb =
        command.add_subcommand("photo3d", "A photo that moves in depth, as a page for the web");
    add_common_of_several(*verb, job->input, job->output, common);
    add_flags(*verb, job->photo3d, "The motion");
    add_flags(*verb, job->page, "The page");
    add_flags(*verb, job->depth, "Depth");
    add_flags(*verb, job->preparation, "Depth, prepared");
    add_flags(*verb, job->fill, "What lies behind");
    add_flags(*verb, job->extras, "Size and more output");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "  diorama photo3d photo.jpg -o photo.html\n"
        "  diorama photo3d photo.jpg -o photo.html --alt \"A cat on a wall\" --shift 4\n"
        "  diorama photo3d photo.jpg -o photo.html --depth map.png --invert-depth --contrast 5\n"
        "  diorama photo3d photo.jpg -o photo.html --bundle site/");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
