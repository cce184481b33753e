#include "diorama/roto_job.h"

#include <algorithm>

#include "diorama/error.h"
#include "diorama/matte.h"
#include "diorama/picture.h"
#include "pipeline/film_jobs.h"
#include "pipeline/palettes.h"
#include "pipeline/roto_film.h"
#include "pipeline/roto_products.h"
#include "pipeline/roto_tones.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {

namespace pipeline {
namespace {

namespace fs = std::filesystem;

void check_job(const RotoJob& job) {
    validate(job.tones);
    validate(job.nudges);
    validate(job.drawing);
    validate(job.trace);
    validate(job.extras);
    validate(job.read);
    check(job.subject);
    (void)choose_palette(job.extras.palette, {});
    require_distinct({job.input}, {job.output});
}

ProductPlan plan_products(const RotoJob& job) {
    ProductPlan plan{.output = job.output, .make = job.extras.make};
    if (is_folder_output(job.output)) {
        plan.output = folder_named(job.output.string());
        plan.name = job.input.stem().string().substr(0, job.input.stem().string().find('%'));
        while (plan.name.ends_with('_') || plan.name.ends_with('.')) plan.name.pop_back();
        if (plan.name.empty()) plan.name = "frame";
        if (plan.make.empty()) plan.make = {"flat", "tones", "svg"};
    }
    return plan;
}

void check_picture_job(const RotoJob& job) {
    refuse_film_options(job.source, job.input);
    refuse_film_options(job.part, job.input);
    refuse_film_options(job.encoder, job.input);
    if (!job.extras.compare.empty())
        throw Error(ErrorCode::usage, "is a film, but the input is a picture", "--compare");
    if (job.drawing.on != HoldFor::ones)
        throw Error(ErrorCode::usage, "is for films, but the input is a picture", "--on");
}

std::optional<Matte> find_subject(const RotoJob& job, const Image& picture, const RunContext& run,
                                  JobSummary& summary) {
    const bool is_asked = job.tones.subject || names_subject(job.subject);
    if (!is_asked) return matte_from_alpha(picture);
    return union_of(find_subjects(or_built_in(job.subject, picture), job.tones.device, picture,
                                  fit(picture.size(), picture.size()), job.read, run, summary));
}

JobSummary draw_picture(const RotoJob& job, const RunContext& run, RunMode mode) {
    check_picture_job(job);
    const ProductPlan plan = plan_products(job);
    check_products(plan);

    JobSummary summary{.outputs = {plan.output}};
    Stages stages(run, summary);
    stages.begin("reading");
    const ToneFinder finder(job, run);
    const Image picture = read_input(job.input, job.read, run);
    summary.input_size = summary.size = picture.size();
    if (mode == RunMode::dry_run) return summary;

    stages.begin("finding tones");
    const std::optional<Matte> subject = find_subject(job, picture, run, summary);
    SteadyTones drawer(job.drawing);
    const ToneMap& tones =
        drawer.draw(picture, finder.find(picture, subject ? &*subject : nullptr, run), run);
    stages.begin("tracing");
    const Drawing drawing = trace_tones(tones, job.trace, run);

    stages.begin("writing");
    ToneColours colours;
    colours.add(picture, tones);
    warn_of_missing(colours.pixels, run);
    const Palette palette = choose_palette(job.extras.palette, colours);
    for (const auto& product : open_products(plan, picture.size())) {
        product->add({.tones = tones,
                      .drawing = drawing,
                      .palette = palette,
                      .number = job.extras.start_number});
        product->finish(run);
    }
    if (is_folder_output(plan.output)) write_palette(plan.output / "palette.gpl", palette);
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

JobSummary run_job(const RotoJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] {
        const RunContext own = pipeline::with_threads(run, job.read);
        pipeline::check_job(job);
        return pipeline::is_film(job.input)
                   ? pipeline::make_roto_film(job, pipeline::plan_products(job), own, mode)
                   : pipeline::draw_picture(job, own, mode);
    });
}

}  // namespace diorama
