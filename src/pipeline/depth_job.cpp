#include <algorithm>
#include <cmath>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/jobs.h"
#include "diorama/picture.h"
#include "pipeline/carried_depth.h"
#include "pipeline/depth_film.h"
#include "pipeline/film_jobs.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

void check_job(const DepthJob& job) {
    validate(job.read);
    refuse_film_options(job.source, job.input);
    refuse_film_options(job.steady, job.input);
    refuse_film_options(job.part, job.input);
    refuse_film_options(job.encoder, job.input);
    check(job.subject);
    check(job.depth);
    require_network(job.depth.device, runs_network(job.depth) || !job.subject.matte_model.empty());
    if (output_kind(job.output) != OutputKind::picture)
        throw Error(ErrorCode::unsupported, "depth is written as .png (16 bit) or .exr (float)",
                    job.output.string());
    const std::string ending = core::ending_of(job.output);
    if (job.extras.colormap.empty() && ending != ".png" && ending != ".exr")
        throw Error(ErrorCode::unsupported,
                    "depth is written as .png (16 bit) or .exr (float); other formats are for "
                    "--colormap",
                    job.output.string());
    core::require_writable(job.output);
    std::vector<std::filesystem::path> outputs{job.output};
    if (!job.extras.confidence.empty()) {
        core::require_writable(job.extras.confidence);
        outputs.emplace_back(job.extras.confidence);
    }
    require_distinct({job.input, job.depth.depth}, outputs);
    if (!job.extras.colormap.empty()) (void)colour_map(InverseDepth({1, 1}), job.extras.colormap);
}

// A picture to look at shows the subject alone; outside of it the map only continues its border.
Image cut_out(const Image& colours, const Matte& matte) {
    Image out(colours.size(), SampleType::u8, AlphaKind::straight);
    for (int y = 0; y < out.height(); ++y) {
        const std::uint8_t* in = colours.row<std::uint8_t>(y);
        std::uint8_t* pixel = out.row<std::uint8_t>(y);
        for (int x = 0; x < out.width(); ++x, in += 3, pixel += 4) {
            std::copy_n(in, 3, pixel);
            pixel[3] = static_cast<std::uint8_t>(std::lround(255 * matte.at(x, y)));
        }
    }
    return out;
}

JobSummary do_job(const DepthJob& job, const RunContext& run, RunMode mode) {
    check_job(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const Image picture = read_input(job.input, job.read, run);
    summary.input_size = summary.size = picture.size();
    summary.outputs = {job.output};
    if (!job.extras.confidence.empty()) summary.outputs.emplace_back(job.extras.confidence);
    const Fitting fitting = fit(picture.size(), picture.size());
    const DepthFinder finder(or_carried(job.depth, job.input, job.read, run), fitting, job.read,
                             run);
    if (mode == RunMode::dry_run) return summary;

    stages.begin("finding the subject");
    const std::vector<Matte> mattes =
        find_subjects(job.subject, job.depth.device, picture, fitting, job.read, run, summary);
    const Matte all = mattes.empty() ? Matte() : union_of(mattes);

    stages.begin("measuring depth");
    const DepthEstimate estimate = finder.find(picture, mattes.empty() ? nullptr : &all, run);

    stages.begin("writing");
    if (job.extras.colormap.empty()) {
        write_inverse_depth(job.output, estimate.inverse_depth);
    } else {
        const Image colours = colour_map(estimate.inverse_depth, job.extras.colormap);
        write_picture(job.output, mattes.empty() ? colours : cut_out(colours, all));
    }
    if (!job.extras.confidence.empty())
        write_confidence(job.extras.confidence, estimate.confidence);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

JobSummary run_job(const DepthJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] {
        const RunContext own = pipeline::with_threads(run, job.read);
        return pipeline::is_film(job.input) ? pipeline::make_depth_film(job, own, mode)
                                            : pipeline::do_job(job, own, mode);
    });
}

}  // namespace diorama
