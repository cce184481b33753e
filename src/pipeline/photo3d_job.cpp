#include "diorama/photo3d_job.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

void check_job(const Photo3dJob& job) {
    validate(job.photo3d);
    validate(job.page);
    validate(job.fill);
    validate(job.preparation);
    validate(job.extras);
    validate(job.read);
    check(job.depth);
    const std::string ending = core::ending_of(job.output);
    if (ending != ".html" && ending != ".htm")
        throw Error(ErrorCode::unsupported, "a photo that moves is written as .html",
                    job.output.string());
    core::require_writable(job.output);
    const std::filesystem::path bundle = folder_named(job.extras.bundle);
    require_folder(bundle);
    require_distinct({job.input, job.depth.depth}, {job.output});
    if (!bundle.empty()) require_apart({job.input, job.depth.depth}, bundle);
}

// Smaller where the longer side would be more than this.
Size within(Size size, int longer_side) {
    const double scale =
        std::min(1.0, static_cast<double>(longer_side) / std::max(size.width, size.height));
    return {std::max(1, static_cast<int>(size.width * scale + 0.5)),
            std::max(1, static_cast<int>(size.height * scale + 0.5))};
}

void prepare(const DepthPreparation& wish, InverseDepth& depth) {
    std::vector<float>& values = depth.values();
    if (wish.invert)
        for (float& value : values) value = 1 - value;
    if (wish.contrast == 1) return;
    const auto mean =
        static_cast<float>(std::accumulate(values.begin(), values.end(), 0.0) / values.size());
    for (float& value : values)
        value = std::clamp(mean + static_cast<float>(wish.contrast) * (value - mean), 0.0F, 1.0F);
}

PageOptions page_for(const Photo3dJob& job) {
    PageOptions page = job.page;
    if (page.title.empty()) page.title = job.input.stem().string();
    return page;
}

JobSummary do_job(const Photo3dJob& job, const RunContext& run, RunMode mode) {
    check_job(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const Filler filler(job.fill, job.depth.device, run.threads);
    require_network(job.depth.device, filler.runs_network() || runs_network(job.depth));
    Image photo = read_input(job.input, job.read, run);
    summary.input_size = photo.size();
    summary.size = within(photo.size(), job.extras.max_size);
    summary.outputs = {job.output};
    const std::filesystem::path bundle = folder_named(job.extras.bundle);
    if (!bundle.empty()) summary.outputs.push_back(bundle);
    const Fitting fitting = fit(photo.size(), summary.size);
    const DepthFinder finder(job.depth, fitting, job.read, run);
    if (mode == RunMode::dry_run) return summary;

    photo = apply(fitting, std::move(photo));
    stages.begin("measuring depth");
    InverseDepth depth = finder.find(photo, nullptr, run).inverse_depth;
    prepare(job.preparation, depth);

    stages.begin("parting layers");
    const LayeredPhoto layers = split_photo(photo, depth, job.photo3d, filler, run);

    stages.begin("writing");
    write_photo_page(job.output, layers, page_for(job), run);
    if (!bundle.empty()) {
        make_folder(bundle);
        write_photo_bundle(bundle, layers, page_for(job), run);
    }
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

const std::vector<Field<DepthPreparation>>& DepthPreparation::fields() {
    static const std::vector<Field<DepthPreparation>> list{
        field("invert-depth", &DepthPreparation::invert,
              "the depth map has the near things dark; turn it round"),
        field("contrast", &DepthPreparation::contrast, {.min = 0, .max = 100},
              "draw depths away from their mean by this factor, and clip"),
    };
    return list;
}

const std::vector<Field<Photo3dExtras>>& Photo3dExtras::fields() {
    static const std::vector<Field<Photo3dExtras>> list{
        field("max-size", &Photo3dExtras::max_size, {.min = 64, .max = 16384, .unit = "px"},
              "longer side of the photo in the page; a larger photo is made smaller"),
        field("bundle", &Photo3dExtras::bundle, {.placeholder = "FOLDER"},
              "also as files for a web server; a browser shows them flat when opened from disk"),
    };
    return list;
}

JobSummary run_job(const Photo3dJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors(
        [&] { return pipeline::do_job(job, pipeline::with_threads(run, job.read), mode); });
}

}  // namespace diorama
