#include <memory>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {
namespace {

// The matte verb's own flags: it runs networks, but no depth network.
struct DeviceFlag {
    Device device = Device::cpu;
    static const std::vector<Field<DeviceFlag>>& fields() {
        static const std::vector<Field<DeviceFlag>> list{
            field("device", &DeviceFlag::device, "where networks run")};
        return list;
    }
};

}  // namespace

Action add_matte(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<MatteJob>();
    auto device = std::make_shared<DeviceFlag>();
    CLI::App* verb =
        command.add_subcommand("matte", "The subject of a picture or a film as a soft matte");
    add_common_of_several(*verb, job->input, job->output, common, {.help = "the picture or film"});
    add_flags(*verb, job->subject, "The subject");
    add_flags(*verb, *device, "The subject");
    add_flags(*verb, job->extras, "More output");
    add_flags(*verb, job->source, "Films");
    add_flags(*verb, job->part, "Films");
    add_flags(*verb, job->encoder, "Encoding");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "  diorama matte photo.jpg -o matte.png --box 120,40,300,420 --save-overlay look.png\n"
        "  diorama matte photo.jpg -o matte.png --matte-model isnet\n"
        "  diorama matte photo.jpg -o matte.png --matte-model sam3 --text \"train, church\" "
        "--each\n"
        "  diorama matte film.mp4 -o matte_%04d.png --box 120,40,300,420");
    return [job, device](const RunContext& run, RunMode mode) {
        job->device = device->device;
        return run_job(*job, run, mode);
    };
}

}  // namespace diorama::cli
