#include "diorama/camera_job.h"

#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_camera(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<CameraJob>();
    CLI::App* verb = command.add_subcommand(
        "camera", "A photo becomes a film of a camera that moves through it");
    add_common_of_several(*verb, job->input, job->output, common);
    add_flags(*verb, job->camera, "The camera");
    add_flags(*verb, job->film, "The film");
    add_flags(*verb, job->depth, "Depth");
    add_flags(*verb, job->preparation, "Depth, prepared");
    add_flags(*verb, job->fill, "What lies behind");
    add_flags(*verb, job->encoder, "Encoding");
    add_flags(*verb, job->extras, "More output");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "  diorama camera photo.jpg -o move.mp4\n"
        "  diorama camera photo.jpg -o move.mp4 --motion dolly --amount 6 --duration 8\n"
        "  diorama camera photo.jpg -o move.mp4 --motion circle --focus 0.4 --aperture 2\n"
        "  diorama camera photo.jpg -o frame.png --preview 1");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
