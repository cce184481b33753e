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
    CLI::App* verb = command.add_subcommand("matte", "The subject of a picture as a soft matte");
    add_common(*verb, job->input, job->output, common);
    add_flags(*verb, job->subject, "The subject");
    add_flags(*verb, *device, "The subject");
    add_flags(*verb, job->extras, "More output");
    add_flags(*verb, job->read, "Limits");
    verb->footer(
        "  diorama matte photo.jpg -o matte.png --box 120,40,300,420 --save-overlay look.png\n"
        "  diorama matte photo.jpg -o matte.png --matte-model isnet\n"
        "  diorama matte photo.jpg -o matte.png --matte-model sam3 --text \"train, church\" "
        "--each");
    return [job, device](const RunContext& run, RunMode mode) {
        job->device = device->device;
        return run_job(*job, run, mode);
    };
}

}  // namespace diorama::cli
