#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

#include "core/quantile.h"
#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/jobs.h"
#include "diorama/matte.h"
#include "diorama/picture.h"
#include "pipeline/carried_depth.h"
#include "pipeline/film_jobs.h"
#include "pipeline/loops.h"
#include "pipeline/output_names.h"
#include "pipeline/popout_film.h"
#include "pipeline/stages.h"
#include "pipeline/subjects.h"
#include "pipeline/translate.h"

namespace diorama {
namespace pipeline {
namespace {

namespace fs = std::filesystem;

bool is_transparent(const PopoutJob& job) {
    return job.popout.background == "transparent";
}

FilmTarget target_of(const PopoutJob& job) {
    return {.output = job.output,
            .film = job.film,
            .encoder = job.encoder,
            .preview = job.extras.preview,
            .alpha = is_transparent(job) ? AlphaKind::premultiplied : AlphaKind::none};
}

std::vector<fs::path> inputs_of(const PopoutJob& job) {
    std::vector<fs::path> inputs{job.input, job.depth.depth, job.popout.background};
    inputs.insert(inputs.end(), job.subject.matte.begin(), job.subject.matte.end());
    return inputs;
}

// Of each scene its layers and slices, and one overlay of all mattes.
std::vector<fs::path> side_outputs_of(const PopoutJob& job, std::size_t scenes) {
    std::vector<fs::path> outputs = asked_for({job.extras.save_matte_overlay});
    for (const fs::path& output :
         asked_for({job.extras.save_layers, folder_named(job.extras.save_slices)}))
        std::ranges::move(names_of(output, scenes), std::back_inserter(outputs));
    return outputs;
}

void check_outputs(const PopoutJob& job) {
    check_output(target_of(job));
    std::vector<fs::path> outputs{job.output};
    if (!job.extras.save_layers.empty()) {
        if (output_kind(job.extras.save_layers) != OutputKind::layered)
            throw Error(ErrorCode::unsupported, "layered files end in .ora",
                        job.extras.save_layers);
        core::require_writable(job.extras.save_layers);
        outputs.emplace_back(job.extras.save_layers);
    }
    if (!job.extras.save_matte_overlay.empty()) {
        core::require_writable(job.extras.save_matte_overlay);
        outputs.emplace_back(job.extras.save_matte_overlay);
    }
    require_folder(folder_named(job.extras.save_slices));
    require_apart(inputs_of(job), folder_named(job.extras.save_slices));
    require_distinct(inputs_of(job), outputs);
}

void check_job(const PopoutJob& job) {
    validate(job.popout);
    validate(job.fill);
    validate(job.film);
    validate(job.extras);
    validate(job.read);
    refuse_film_options(job.source, job.input);
    refuse_film_options(job.steady, job.input);
    check(job.subject);
    check(job.depth);
    if (is_background_file(job.popout.background) && !is_there(job.popout.background))
        throw Error(ErrorCode::usage,
                    fmt::format("'{}' is neither fill, original, blur, transparent, a colour, nor "
                                "a file that exists",
                                job.popout.background),
                    "--background");
    check_outputs(job);
}

float median_inside(const InverseDepth& depth, const Matte& matte) {
    std::vector<float> values;
    for (std::size_t i = 0; i < depth.values().size(); ++i)
        if (matte.values()[i] >= 0.5F) values.push_back(depth.values()[i]);
    if (values.empty()) return 0;
    return core::median(values);
}

// The subjects with their depths, in the order of the mattes.
std::vector<PopoutSubject> measure(const DepthFinder& finder, const Image& picture,
                                   std::vector<Matte> mattes, const RunContext& run) {
    std::vector<PopoutSubject> subjects;
    for (Matte& matte : mattes) {
        InverseDepth depth = finder.find(picture, &matte, run).inverse_depth;
        subjects.push_back({std::move(matte), std::move(depth)});
    }
    return subjects;
}

// From the farthest to the nearest. Each subject's own depth has its own scale: only the whole
// picture's can order them.
std::vector<PopoutSubject> order_by_depth(const DepthFinder& finder, const Image& picture,
                                          std::vector<PopoutSubject> subjects,
                                          const RunContext& run) {
    if (subjects.size() < 2) return subjects;
    const InverseDepth whole = finder.find(picture, nullptr, run).inverse_depth;
    std::vector<std::pair<float, std::size_t>> order;
    for (std::size_t n = 0; n < subjects.size(); ++n)
        order.emplace_back(median_inside(whole, subjects[n].matte), n);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<PopoutSubject> sorted;
    for (const auto& [nearness, n] : order) sorted.push_back(std::move(subjects[n]));
    return sorted;
}

// A slice or support layer cropped to the frame, or nothing where no pixel of it is seen.
std::optional<PictureLayer> layer_of(const Image& image, int x, int y, Size frame,
                                     std::string name) {
    const int left = std::max(0, -x);
    const int top = std::max(0, -y);
    const int right = std::min(image.width(), frame.width - x);
    const int bottom = std::min(image.height(), frame.height - y);
    Rect seen{right, bottom, 0, 0};
    int last_x = left;
    int last_y = top;
    const std::size_t pixel_bytes = image.row_bytes() / image.width();
    for (int row = top; row < bottom; ++row) {
        const std::uint8_t* pixels = image.row<std::uint8_t>(row);
        for (int column = left; column < right; ++column) {
            const std::uint8_t* alpha = pixels + (column + 1) * pixel_bytes;
            if (alpha[-1] == 0 && (image.bytes_per_sample() == 1 || alpha[-2] == 0)) continue;
            seen.x = std::min(seen.x, column);
            seen.y = std::min(seen.y, row);
            last_x = std::max(last_x, column + 1);
            last_y = std::max(last_y, row + 1);
        }
    }
    if (last_x <= seen.x || last_y <= seen.y) return std::nullopt;
    PictureLayer layer{
        .name = std::move(name),
        .image = Image({last_x - seen.x, last_y - seen.y}, image.sample_type(), image.alpha()),
        .x = x + seen.x,
        .y = y + seen.y};
    for (int row = 0; row < layer.image.height(); ++row)
        std::copy_n(image.row<std::uint8_t>(seen.y + row) + seen.x * pixel_bytes,
                    layer.image.row_bytes(), layer.image.row<std::uint8_t>(row));
    return layer;
}

void save_layers(const Popout& scene, const fs::path& file, const RunContext& run) {
    std::vector<PictureLayer> layers{{.name = "background", .image = scene.background()}};
    const auto add = [&](const Image& image, const SliceStack& stack, std::string name) {
        if (auto layer = layer_of(image, stack.x, stack.y, scene.size(), std::move(name)))
            layers.push_back(std::move(*layer));
    };
    const auto& stacks = scene.stacks();
    for (std::size_t n = 0; n < stacks.size(); ++n) {
        const std::string subject =
            stacks.size() > 1 ? fmt::format("subject {} ", n + 1) : std::string();
        if (!stacks[n].support.image.empty())
            add(stacks[n].support.image, stacks[n].support, subject + "support");
        if (!stacks[n].hidden.image.empty())
            add(stacks[n].hidden.image, stacks[n].hidden, subject + "hidden");
        for (int s = 0; s < stacks[n].slices.slices; ++s) {
            run.throw_if_stopped();
            add(stacks[n].slices.slice_image(s), stacks[n].slices,
                fmt::format("{}slice {:03}", subject, s));
        }
    }
    Image merged = scene.make_frame();
    scene.draw_still(merged);
    write_openraster(file, layers, merged);
}

void save_slices(const Popout& scene, const fs::path& folder, const RunContext& run) {
    make_folder(folder);
    const auto& stacks = scene.stacks();
    for (std::size_t n = 0; n < stacks.size(); ++n) {
        const std::string prefix =
            stacks.size() > 1 ? fmt::format("subject_{}_", n + 1) : std::string();
        const SliceStack& stack = stacks[n].slices;
        const std::size_t pixel_bytes = stack.image.row_bytes() / stack.image.width();
        for (int s = 0; s < stack.slices; ++s) {
            run.throw_if_stopped();
            const Image slice = stack.slice_image(s);
            Image frame(scene.size(), slice.sample_type(), slice.alpha());
            for (int y = 0; y < slice.height(); ++y) {
                if (y + stack.y < 0 || y + stack.y >= frame.height()) continue;
                const int left = std::max(0, -stack.x);
                const int right = std::min(slice.width(), frame.width() - stack.x);
                std::copy_n(slice.row<std::uint8_t>(y) + left * pixel_bytes,
                            (right - left) * pixel_bytes,
                            frame.row<std::uint8_t>(y + stack.y) + (left + stack.x) * pixel_bytes);
            }
            write_picture(folder / fmt::format("{}slice_{:03}.png", prefix, s), frame);
        }
    }
}

JobSummary do_job(const PopoutJob& job, const RunContext& run, RunMode mode) {
    check_job(job);
    FilmTarget target = target_of(job);

    JobSummary summary;
    Stages stages(run, summary);
    stages.begin("reading");
    const FilmPlan plan = begin_film(target, job.input, job.read, summary, run);
    const Fitting fitting = fit(summary.input_size, plan.size);
    std::optional<Image> background;
    if (is_background_file(job.popout.background))
        background = read_picture(job.popout.background, limits_of(job.read));
    const DepthFinder finder(or_carried(job.depth, job.input, job.read, run), fitting, job.read,
                             run);
    const Filler filler(job.fill, job.depth.device, run.threads);
    require_network(job.depth.device, filler.runs_network() || runs_network(job.depth) ||
                                          may_run_network(job.subject));
    const auto name_outputs = [&](std::size_t subjects) {
        const std::size_t scenes = job.extras.each ? subjects : 1;
        summary.outputs = names_of(job.output, scenes);
        summary.side_outputs = side_outputs_of(job, scenes);
        require_distinct(inputs_of(job), summary.outputs);
    };
    name_outputs(count_named(job.subject));
    if (mode == RunMode::dry_run) return summary;

    Image picture = apply(fitting, read_input(job.input, job.read, run));
    picture = convert(picture, sample_type_of(target, picture.sample_type()));

    stages.begin("finding the subject");
    std::vector<Matte> mattes = find_subjects(or_built_in(job.subject, picture), job.depth.device,
                                              picture, fitting, job.read, run, summary);
    if (!job.extras.save_matte_overlay.empty())
        write_picture(job.extras.save_matte_overlay, draw_matte_overlay(picture, union_of(mattes)));

    name_outputs(mattes.size());
    const bool numbers = summary.outputs.size() > 1;

    stages.begin("measuring depth");
    std::vector<PopoutSubject> subjects = measure(finder, picture, std::move(mattes), run);
    if (!numbers) subjects = order_by_depth(finder, picture, std::move(subjects), run);

    // One scene with all subjects, or a scene a subject.
    std::vector<std::vector<PopoutSubject>> casts;
    if (numbers) {
        for (PopoutSubject& subject : subjects) casts.emplace_back().push_back(std::move(subject));
    } else {
        casts.push_back(std::move(subjects));
    }
    for (std::size_t n = 0; n < casts.size(); ++n) {
        stages.begin("cutting slices");
        const Popout scene({.picture = picture,
                            .subjects = std::move(casts[n]),
                            .background = background,
                            .filler = &filler},
                           job.popout, run);
        const auto name = [&](const fs::path& file) {
            return numbers ? numbered(file, n + 1) : file;
        };
        if (!job.extras.save_layers.empty()) {
            stages.begin("saving layers");
            save_layers(scene, name(job.extras.save_layers), run);
        }
        if (!job.extras.save_slices.empty()) {
            stages.begin("saving slices");
            save_slices(scene, name(folder_named(job.extras.save_slices)), run);
        }
        stages.begin("drawing and encoding");
        target.output = summary.outputs[n];
        write_loop(scene, target, plan, run);
    }
    stages.end();
    return summary;
}

}  // namespace
}  // namespace pipeline

JobSummary run_job(const PopoutJob& job, const RunContext& run, RunMode mode) {
    return pipeline::translating_errors([&] {
        const RunContext own = pipeline::with_threads(run, job.read);
        return pipeline::is_film(job.input) ? pipeline::make_popout_film(job, own, mode)
                                            : pipeline::do_job(job, own, mode);
    });
}

}  // namespace diorama
