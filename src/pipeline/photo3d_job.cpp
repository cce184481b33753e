#include "diorama/photo3d_job.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/picture.h"
#include "diorama/stereo_files.h"
#include "pipeline/carried_depth.h"
#include "pipeline/depth_preparation.h"
#include "pipeline/idle_options.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

enum class Form { page, model, carried, pair };

// What the name of the output asks for.
Form form_of(const std::filesystem::path& output) {
    const std::string ending = core::ending_of(output);
    if (ending == ".html" || ending == ".htm") return Form::page;
    if (ending == ".glb") return Form::model;
    if (ending == ".jpg" || ending == ".jpeg")
        return core::ending_of(output.stem()) == ".depth" ? Form::carried : Form::pair;
    throw Error(
        ErrorCode::unsupported,
        "a photo in depth is written as .html, as a model .glb, as .depth.jpg, which carries "
        "its depth, or as .jpg with its depth beside it",
        output.string());
}

std::vector<std::filesystem::path> outputs_of(const Photo3dJob& job) {
    if (form_of(job.output) == Form::pair) return {job.output, depth_file_of_pair(job.output)};
    return {job.output};
}

void check_job(const Photo3dJob& job) {
    validate(job.photo3d);
    validate(job.page);
    validate(job.fill);
    validate(job.preparation);
    validate(job.extras);
    validate(job.read);
    check(job.depth);
    const std::filesystem::path bundle = folder_named(job.extras.bundle);
    require_folder(bundle);
    const Form form = form_of(job.output);
    const bool page = form == Form::page || !bundle.empty();
    if (!page)
        refuse_changed(job.page, PageOptions{}, "goes with pages, .html or --bundle", {"quality"});
    if (!page && form != Form::model) {
        refuse_changed(job.photo3d, Photo3dOptions{}, "goes with layers: .html, .glb");
        refuse_changed(job.fill, Photo3dJob{}.fill, "goes with layers: .html, .glb");
    }
    const std::vector<std::filesystem::path> outputs = outputs_of(job);
    for (const std::filesystem::path& output : outputs) core::require_writable(output);
    require_distinct({job.input, job.depth.depth}, outputs);
    if (!bundle.empty()) require_apart({job.input, job.depth.depth}, bundle);
}

// Smaller where the longer side would be more than this.
Size within(Size size, int longer_side) {
    const double scale =
        std::min(1.0, static_cast<double>(longer_side) / std::max(size.width, size.height));
    return {std::max(1, static_cast<int>(size.width * scale + 0.5)),
            std::max(1, static_cast<int>(size.height * scale + 0.5))};
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
    const DepthSource source = or_carried(job.depth, job.input, job.read, run);
    const Filler filler(job.fill, job.depth.device, run.threads);
    require_network(job.depth.device, filler.runs_network() || runs_network(source));
    Image photo = read_input(job.input, job.read, run);
    summary.input_size = photo.size();
    summary.size = within(photo.size(), job.extras.max_size);
    summary.outputs = outputs_of(job);
    const std::filesystem::path bundle = folder_named(job.extras.bundle);
    if (!bundle.empty()) summary.outputs.push_back(bundle);
    const Fitting fitting = fit(photo.size(), summary.size);
    const DepthFinder finder(source, fitting, job.read, run);
    if (mode == RunMode::dry_run) return summary;

    photo = apply(fitting, std::move(photo));
    stages.begin("measuring depth");
    InverseDepth depth = finder.find(photo, nullptr, run).inverse_depth;
    prepare(job.preparation, depth);

    const Form form = form_of(job.output);
    if (form == Form::page || form == Form::model || !bundle.empty()) {
        stages.begin("parting layers");
        const LayeredPhoto layers = split_photo(photo, depth, job.photo3d, filler, run);
        stages.begin("writing");
        if (form == Form::page) write_photo_page(job.output, layers, page_for(job), run);
        if (form == Form::model) write_photo_gltf(job.output, layers, job.page.quality);
        if (!bundle.empty()) {
            make_folder(bundle);
            write_photo_bundle(bundle, layers, page_for(job), run);
        }
    }
    if (form == Form::carried) write_depth_photo(job.output, photo, depth, job.page.quality);
    if (form == Form::pair) write_photo_pair(job.output, photo, depth, job.page.quality);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

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
