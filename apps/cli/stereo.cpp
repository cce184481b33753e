#include "diorama/stereo_job.h"

#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {

Action add_stereo(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<StereoJob>();
    CLI::App* verb = command.add_subcommand(
        "stereo", "A photo or film in stereoscopic 3D, for screens and glasses");
    add_common_of_several(*verb, job->input, job->output, common, {.help = "the photo or film"});
    add_flags(*verb, job->format, "Form of the output");
    add_flags(*verb, job->disparity, "Depth, as the eyes see it");
    add_flags(*verb, job->sculpt, "Sculpting");
    add_flags(*verb, job->style, "Borrowed style");
    add_flags(*verb, job->stereo, "Views");
    add_flags(*verb, job->extras, "Fill and files");
    add_flags(*verb, job->subject, "The subject, for the zero plane and sculpting");
    add_flags(*verb, job->depth, "Depth");
    add_flags(*verb, job->film, "Films and wiggles");
    add_flags(*verb, job->steady, "Out of films");
    add_flags(*verb, job->source, "Out of films");
    add_flags(*verb, job->controls, "Out of films");
    add_flags(*verb, job->look, "Out of films");
    add_flags(*verb, job->encoder, "Encoding");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "  diorama stereo photo.jpg -o photo_sbs.jpg\n"
        "  diorama stereo photo.jpg -o anaglyph.png --format dubois --depth-budget 3\n"
        "  diorama stereo photo.jpg -o photo.mpo --zero-plane 0.8 --sculpt matte.png:+1.5\n"
        "  diorama stereo photo.jpg -o wiggle.gif --eyes both\n"
        "  diorama stereo film.mkv -o film_sbs.mkv --format half-sbs\n"
        "  diorama stereo photo.jpg -o photo_sbs.jpg --style film.mkv --save-style style.json");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
