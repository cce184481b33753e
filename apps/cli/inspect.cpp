#include "diorama/inspect_job.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "flags.h"
#include "verbs.h"

namespace diorama::cli {
namespace {

nlohmann::ordered_json to_json(const EdgeCut& cut, int width) {
    return {{"percent", 100 * cut.px / width}, {"rows", cut.rows}};
}

void print_json(const InspectSummary& summary) {
    nlohmann::ordered_json json{{"verb", "inspect"}};
    for (const auto& output : summary.job.outputs) json["outputs"].push_back(output.string());
    json["width"] = summary.job.size.width;
    json["height"] = summary.job.size.height;
    if (summary.measures) {
        const DisparityMeasures& found = *summary.measures;
        json["disparity_percent"] = {{"least", found.least_percent},
                                     {"far", found.far_percent},
                                     {"median", found.median_percent},
                                     {"near", found.near_percent},
                                     {"most", found.most_percent}};
        json["share_in_front"] = found.share_in_front;
        json["edge_cuts"] = {{"left", to_json(found.cuts.left, summary.job.size.width)},
                             {"right", to_json(found.cuts.right, summary.job.size.width)}};
    }
    fmt::print("{}\n", json.dump(2));
}

void print_cut(const char* side, const EdgeCut& cut, int width) {
    if (cut.px > 0)
        fmt::print("{:<18}{:.2f} % in front of the screen, over {:.0f} % of the height\n",
                   fmt::format("{} edge cuts", side), 100 * cut.px / width, 100 * cut.rows);
}

void print_measures(const InspectSummary& summary) {
    const DisparityMeasures& found = *summary.measures;
    fmt::print("{:<18}{:+.2f} % to {:+.2f} % of the width; all of it {:+.2f} % to {:+.2f} %\n",
               "disparity", found.far_percent, found.near_percent, found.least_percent,
               found.most_percent);
    fmt::print("{:<18}{:.2f} %\n", "depth budget", found.near_percent - found.far_percent);
    fmt::print("{:<18}{:.0f} % of the pixels\n", "before the screen", 100 * found.share_in_front);
    print_cut("left", found.cuts.left, summary.job.size.width);
    print_cut("right", found.cuts.right, summary.job.size.width);
}

}  // namespace

FreeAction add_inspect(CLI::App& command, CommonFlags& common) {
    auto job = std::make_shared<InspectJob>();
    StereoJob& stereo = job->stereo;
    CLI::App* verb =
        command.add_subcommand("inspect", "Disparity as an artist looks at it, before it is used");
    add_common(*verb, stereo.input, stereo.output, common);
    add_flags(*verb, stereo.disparity, "Depth, as the eyes see it");
    add_flags(*verb, stereo.sculpt, "Sculpting");
    add_flags(*verb, stereo.style, "Borrowed style");
    add_flags(*verb, stereo.stereo, "Views");
    add_flags(*verb, stereo.extras, "Files");
    add_flags(*verb, stereo.subject, "The subject, for the zero plane and sculpting");
    add_flags(*verb, stereo.depth, "Depth");
    add_flags(*verb, stereo.read, "Limits");
    verb->footer(
        "Orange lies in front of the screen and blue behind it; red bars mark what an edge "
        "cuts.\n\n"
        "  diorama inspect photo.jpg -o look.png --depth-budget 3 --zero-plane 0.6\n"
        "  diorama inspect photo.jpg -o look.png --disparity edited.exr --json");
    return [job, &common](Console& console) {
        const RunMode mode = common.dry_run ? RunMode::dry_run : RunMode::run;
        const InspectSummary summary = run_job(*job, console.run(), mode);
        console.finish_line();
        if (common.json) return print_json(summary);
        if (summary.measures) print_measures(summary);
        print_summary("inspect", summary.job, mode, SummaryStyle::person);
    };
}

}  // namespace diorama::cli
