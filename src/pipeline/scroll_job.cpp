#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <vector>

#include "core/temporary_file.h"
#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "diorama/jobs.h"
#include "diorama/matte.h"
#include "diorama/picture.h"
#include "diorama/planes.h"
#include "diorama/scroll.h"
#include "pipeline/carried_depth.h"
#include "pipeline/loops.h"
#include "pipeline/output_names.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"
#include "pipeline/world_files.h"
#include "scroll/picture_edge.h"
#include "scroll/speeds.h"

namespace diorama {
namespace pipeline {
namespace {

namespace fs = std::filesystem;

FilmTarget target_of(const ScrollJob& job) {
    return {.output = job.output,
            .film = job.film,
            .encoder = job.encoder,
            .preview = job.extras.preview};
}

void check_job(const ScrollJob& job) {
    validate(job.scroll);
    validate(job.planes);
    validate(job.fill);
    validate(job.film);
    validate(job.extras);
    validate(job.read);
    check(job.subject);
    check(job.depth);
    // Speeds and planes must fit together before there is any depth.
    std::vector<float> nearness(static_cast<std::size_t>(count_planes(job.planes)));
    std::iota(nearness.begin(), nearness.end(), 0.0F);
    (void)scroll::parse_speeds(job.scroll.speed, nearness);
    if (job.scroll.no_loop && job.film.loops > 1)
        throw Error(ErrorCode::usage, "does not go with --no-loop; a longer --duration does",
                    "--loops");
    check_output(target_of(job));
    std::vector<fs::path> outputs{job.output};
    for (const std::string& file :
         {job.extras.save_overlay, job.extras.save_boundaries, job.extras.save_layers}) {
        if (file.empty()) continue;
        core::require_writable(file);
        outputs.emplace_back(file);
    }
    if (!job.extras.save_layers.empty() &&
        output_kind(job.extras.save_layers) != OutputKind::layered)
        throw Error(ErrorCode::unsupported, "layered files end in .ora", job.extras.save_layers);
    for (const std::string& folder :
         {job.extras.save_modalities, job.extras.save_overlays, job.extras.save_world}) {
        require_folder(folder_named(folder));
        require_apart({job.input, job.depth.depth}, folder_named(folder));
    }
    require_distinct({job.input, job.depth.depth}, outputs);
}

// A depth that parts nothing is named by its file, where it has one.
PlaneMap split(const DepthEstimate& depth, const ScrollJob& job, const RunContext& run) {
    try {
        return split_planes(depth.inverse_depth, depth.confidence, job.planes, run);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::unreadable || job.depth.depth.empty()) throw;
        throw Error(error.code(), error.message(), job.depth.depth);
    }
}

bool asks_built_in_matte(const ScrollJob& job) {
    return job.planes.keep_whole == KeptWhole::subjects && !names_subject(job.subject);
}

// No border cuts a subject in two: neither one that is named nor, unless that is off, one that is
// seen. To see none is no error here.
PlaneMap keep_subjects(PlaneMap planes, const ScrollJob& job, const Image& picture,
                       const Fitting& fitting, const RunContext& run, JobSummary& summary) {
    if (asks_built_in_matte(job)) {
        const Model network(find_model(std::string(kBuiltInMatte), {ModelTask::matte}),
                            job.depth.device, run.threads);
        return keep_pieces_whole(planes, estimate_matte(network, picture, run));
    }
    if (names_subject(job.subject))
        for (const Matte& subject :
             find_subjects(job.subject, job.depth.device, picture, fitting, job.read, run, summary))
            planes = keep_whole(planes, subject);
    return planes;
}

// What planes that are saved hide of each other can come to light in another program.
Directions motion_of(const ScrollJob& job) {
    const ScrollExtras& extras = job.extras;
    if (!extras.save_overlays.empty() || !extras.save_layers.empty() || !extras.save_world.empty())
        return Directions::both;
    return is_vertical(job.scroll.direction) ? Directions::along_columns : Directions::along_rows;
}

// Colour, depth and confidence as the planes see them (figure 2a).
void save_modalities(const fs::path& folder, const Image& picture, const DepthEstimate& depth) {
    make_folder(folder);
    write_picture(folder / "rgb.png", picture);
    write_inverse_depth(folder / "depth.png", depth.inverse_depth);
    write_confidence(folder / "confidence.png", depth.confidence);
    InverseDepth heat(depth.confidence.size());
    heat.values() = depth.confidence.values();
    write_picture(folder / "confidence_heatmap.png", colour_map(heat, "inferno"));
}

// The planes and their strips as pictures with alpha (figure 2e and f).
void save_overlays(const fs::path& folder, const std::vector<Image>& planes, const Scroll& world) {
    make_folder(folder);
    for (std::size_t n = 0; n < planes.size(); ++n) {
        write_picture(folder / fmt::format("plane_{}.png", n), planes[n]);
        write_picture(folder / fmt::format("strip_{}.png", n), world.strips()[n]);
    }
}

void save_layers(const fs::path& file, const std::vector<Image>& planes, const Image& picture) {
    std::vector<PictureLayer> layers;
    for (std::size_t n = 0; n < planes.size(); ++n)
        layers.push_back({.name = fmt::format("plane {}", n), .image = planes[n]});
    write_openraster(file, layers, picture);
}

JobSummary do_job(const ScrollJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    const FilmTarget target = target_of(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const FilmPlan plan = begin_film(target, job.input, job.read, summary, run);
    summary.side_outputs =
        asked_for({job.extras.save_overlay, job.extras.save_boundaries, job.extras.save_layers,
                   folder_named(job.extras.save_modalities), folder_named(job.extras.save_overlays),
                   folder_named(job.extras.save_world)});
    const Size border = scroll_border(plan.size, job.scroll);
    const Fitting fitting =
        fit(summary.input_size, {plan.size.width + border.width, plan.size.height + border.height});
    const DepthFinder finder(or_carried(job.depth, job.input, job.read, run), fitting, job.read,
                             run);
    const Filler filler(job.fill, job.depth.device, run.threads);
    require_network(job.depth.device, filler.runs_network() || runs_network(job.depth) ||
                                          asks_built_in_matte(job) ||
                                          !job.subject.matte_model.empty());
    if (mode == RunMode::dry_run) return summary;

    Image picture = apply(fitting, read_input(job.input, job.read, run));
    picture = scroll::mend_edges(convert(picture, sample_type_of(target, picture.sample_type())));

    stages.begin("measuring depth");
    const DepthEstimate depth = finder.find(picture, nullptr, run);
    if (!job.extras.save_modalities.empty())
        save_modalities(job.extras.save_modalities, picture, depth);

    stages.begin("parting planes");
    const PlaneMap extended =
        extend_background(split(depth, job, run), depth.inverse_depth, picture, job.planes, run);
    const PlaneMap whole = keep_subjects(extended, job, picture, fitting, run, summary);
    const PlaneMap closed = close_planes(whole, run);
    const PlaneMap planes = align_planes(closed, picture, run);
    if (!job.extras.save_overlay.empty())
        write_picture(job.extras.save_overlay, draw_planes(picture, planes));
    if (!job.extras.save_boundaries.empty())
        write_picture(job.extras.save_boundaries, draw_plane_borders(picture, closed, planes));

    stages.begin("filling planes");
    std::vector<Image> layers =
        cut_planes(picture, planes, job.planes.support, motion_of(job), filler, run);
    if (!job.extras.save_layers.empty()) save_layers(job.extras.save_layers, layers, picture);

    stages.begin("making strips");
    const Scroll world({.planes = layers,
                        .nearness = planes.nearness,
                        .frame = plan.size,
                        .duration = Seconds(plan.frames_a_loop / plan.fps.value()),
                        .fps = plan.fps.value()},
                       job.scroll, run);
    if (!job.extras.save_overlays.empty()) save_overlays(job.extras.save_overlays, layers, world);
    if (!job.extras.save_world.empty()) write_world(world, job.scroll, job.extras.save_world, run);
    layers.clear();

    stages.begin("drawing and encoding");
    write_loop(world, target, plan, run);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

JobSummary run_job(const ScrollJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors(
        [&] { return pipeline::do_job(job, pipeline::with_threads(run, job.read), mode); });
}

}  // namespace diorama
