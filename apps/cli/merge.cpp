#include <memory>

#include "diorama/film_job.h"
#include "verbs.h"

namespace diorama::cli {

Action add_merge(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<MergeJob>();
    CLI::App* verb = command.add_subcommand(
        "merge", "The film of the segments that shares, or a stopped run, have finished");
    verb->add_option("FILM", job->film, "the output that the shares were given")->required();
    verb->add_flag("--partial", job->partial,
                   "only what comes before the first segment that is missing");
    add_summary_flags(*verb, common);
    verb->footer(
        "Nothing is encoded again.\n\n"
        "  diorama stereo film.mkv -o film_sbs.mkv --shares 4 --share 1    (and 2, 3, 4)\n"
        "  diorama merge film_sbs.mkv");
    return [job](const RunContext& run, RunMode mode) { return run_job(*job, run, mode); };
}

}  // namespace diorama::cli
