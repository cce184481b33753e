#include "diorama/stereo_job.h"

#include <optional>
#include <utility>

#include "core/temporary_file.h"
#include "diorama/disparity_files.h"
#include "diorama/error.h"
#include "pipeline/film_jobs.h"
#include "pipeline/idle_options.h"
#include "pipeline/output_names.h"
#include "pipeline/photo_disparity.h"
#include "pipeline/stages.h"
#include "pipeline/stereo_film.h"
#include "pipeline/stereo_output.h"
#include "pipeline/style_source.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

StereoTarget target_of(const StereoJob& job) {
    return {job.output, job.format, job.film, job.encoder};
}

void refuse_unseen_disparity(const StereoJob& job) {
    const StereoFormat format = format_of(target_of(job));
    if (format != StereoFormat::rgbd && format != StereoFormat::half_rgbd) return;
    if (!job.extras.disparity.empty())
        throw Error(ErrorCode::usage,
                    "a picture beside its depth (rgbd) shows no disparity; give --depth instead",
                    "--disparity");
    if (!job.extras.save_disparity.empty() || !job.style.save_style.empty()) return;
    constexpr const char* kWhy =
        "does nothing to a picture beside its depth (rgbd), which has neither disparity nor views";
    refuse_changed(job.disparity, {}, kWhy);
    refuse_changed(job.sculpt, {}, kWhy);
    refuse_changed(job.style, {}, kWhy);
    refuse_changed(job.stereo, {}, kWhy);
    refuse_changed(StereoExtras{.fill = job.extras.fill}, {}, kWhy);
    refuse_changed(job.subject, {}, kWhy);
}

void check_job(const StereoJob& job) {
    check_disparity(job);
    refuse_film_options(job.source, job.input);
    refuse_film_options(job.steady, job.input);
    refuse_film_options(job.controls, job.input);
    refuse_film_options(job.look, job.input);
    refuse_unseen_disparity(job);
    std::vector<std::filesystem::path> outputs{job.output};
    if (!job.extras.save_disparity.empty()) {
        const std::string ending = core::ending_of(job.extras.save_disparity);
        if (ending != ".exr" && ending != ".png")
            throw Error(ErrorCode::unsupported,
                        "disparity is written as float .exr or 16-bit .png; end the name so",
                        job.extras.save_disparity);
        core::require_writable(job.extras.save_disparity);
        outputs.emplace_back(job.extras.save_disparity);
    }
    if (!job.style.save_style.empty()) outputs.emplace_back(job.style.save_style);
    require_distinct(inputs_of(job), outputs);
}

// The window's edges as they are seen from a place between the eyes, so that they move with it.
void float_edges(Image& view, EdgeCuts cuts, double place) {
    cuts.left.px *= 1 - place;
    cuts.right.px *= place;
    float_left_edge(view, cuts);
    float_right_edge(view, cuts);
}

StereoScene make_scene(const StereoJob& job, const Image& picture, const Disparity& disparity,
                       InverseDepth depth, const Filler* filler) {
    const double right = job.stereo.eyes == Eyes::right ? 1 : job.stereo.balance;
    EdgeCuts cuts;
    if (job.disparity.edge_violation == EdgeViolation::window) cuts = find_edge_cuts(disparity);
    return {.picture = picture,
            .depth = std::move(depth),
            .view_from = [&, right, cuts, filler](double place, const RunContext& run) {
                Image view = draw_view(picture, disparity, right - 1 + place, filler, run);
                float_edges(view, cuts, place);
                return view;
            }};
}

JobSummary do_job(const StereoJob& job, const RunContext& run, RunMode mode) {
    check_job(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const std::optional<Filler> filler = open_filler(job, run);
    const Image photo = read_input(job.input, job.read, run);
    const StereoTarget target = target_of(job);
    const StereoPlan plan = plan_stereo(target, photo.size(), run);
    summary.input_size = photo.size();
    summary.size = plan.size;
    summary.outputs = plan.outputs;
    require_distinct(inputs_of(job), plan.outputs);
    if (plan.film) {
        summary.frames = plan.film->frames;
        summary.fps = plan.film->fps;
    }
    summary.side_outputs = asked_for({job.extras.save_disparity, job.style.save_style});

    const Fitting fitting = fit(photo.size(), plan.view);
    const DisparityFinder finder(job, fitting, run);
    require_network(job.depth.device, finder.runs_network() || (filler && filler->runs_network()) ||
                                          !job.subject.matte_model.empty());
    if (mode == RunMode::dry_run) return summary;

    const Image picture = apply(fitting, photo);
    FoundDisparity found = finder.find(picture, stages, run, summary);
    stages.begin("drawing views");
    if (!job.extras.save_disparity.empty())
        write_disparity(job.extras.save_disparity, found.disparity);
    if (found.style) write_style(job.style.save_style, *found.style);
    const StereoScene scene = make_scene(job, picture, found.disparity, std::move(found.depth),
                                         filler ? &*filler : nullptr);
    write_stereo(target, plan, scene, run);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

const std::vector<Field<SculptSource>>& SculptSource::fields() {
    static const std::vector<Field<SculptSource>> list{
        field(
            "sculpt", &SculptSource::sculpt, {.placeholder = "WHAT:PERCENT"},
            "brings something forward by so many percent of the width, or back if negative: "
            "matte.png:+1.5, subject:+1.5 or, for a --matte-model that reads texts, "
            "text:bird:+2; or local.exr, whose channels vs and vt are the local maps; repeatable"),
    };
    return list;
}

const std::vector<Field<ControlSource>>& ControlSource::fields() {
    static const std::vector<Field<ControlSource>> list{
        field("controls", &ControlSource::controls, {.placeholder = "FILE.json"},
              "depth budget, zero plane, tone and sculpting as cues through a film"),
    };
    return list;
}

const std::vector<Field<StereoPreview>>& StereoPreview::fields() {
    static const std::vector<Field<StereoPreview>> list{
        field("preview", &StereoPreview::preview, {.min = 0, .max = 1e6, .unit = "s"},
              "of a film only the frame at this time, as a picture"),
    };
    return list;
}

const std::vector<Field<StereoExtras>>& StereoExtras::fields() {
    static const std::vector<Field<StereoExtras>> list{
        field("fill", &StereoExtras::fill, {.placeholder = "side|extend|smooth|patchmatch|MODEL"},
              "how what was hidden is filled: quickly from the farther side, or as `diorama fill` "
              "does"),
        field("disparity", &StereoExtras::disparity, {.placeholder = "FILE"},
              "disparity in pixels of the width, x_left - x_right, instead of depth: what "
              "--save-disparity wrote and you changed"),
        field("save-disparity", &StereoExtras::save_disparity, {.placeholder = "FILE"},
              "the disparity in pixels as float .exr, or as 16-bit .png with scale and offset in "
              "its metadata"),
    };
    return list;
}

JobSummary run_job(const StereoJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] {
        const RunContext own = pipeline::with_threads(run, job.read);
        return pipeline::is_film(job.input) ? pipeline::make_stereo_film(job, own, mode)
                                            : pipeline::do_job(job, own, mode);
    });
}

}  // namespace diorama
