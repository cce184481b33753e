#include "pipeline/stereo_output.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <string>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/opencv.h"
#include "diorama/picture.h"
#include "diorama/stereo_files.h"
#include "pipeline/film_pipeline.h"
#include "pipeline/idle_options.h"

namespace diorama::pipeline {
namespace {

namespace fs = std::filesystem;
using F = StereoFormat;

// ---- Which file, which form ---------------------------------------------------------------------

// still_film: of a photo; moving: whatever holds frames of a film.
enum class FileKind { picture, mpo, jps, vr_photo, depth_photo, still_film, animation, moving };

// Whether a JPEG's name has this ending before its own: "photo.vr.jpg".
bool is_jpeg_of(const char* inner_ending, const fs::path& file) {
    const std::string ending = core::ending_of(file);
    return (ending == ".jpg" || ending == ".jpeg") && core::ending_of(file.stem()) == inner_ending;
}

FileKind kind_of(const StereoTarget& target) {
    const std::string ending = core::ending_of(target.output);
    if (ending == ".mpo") return FileKind::mpo;
    if (ending == ".jps") return FileKind::jps;
    if (is_jpeg_of(".vr", target.output)) return FileKind::vr_photo;
    if (is_jpeg_of(".depth", target.output)) return FileKind::depth_photo;
    // Pictures as often as films end in .webp.
    if (ending == ".webp" && target.format.format != F::wiggle) return FileKind::picture;
    switch (output_kind(target.output)) {
        case OutputKind::picture:
            return FileKind::picture;
        case OutputKind::film:
            return target.input == StereoInput::film ? FileKind::moving : FileKind::still_film;
        case OutputKind::animation:
        case OutputKind::sequence:
            return target.input == StereoInput::film ? FileKind::moving : FileKind::animation;
        default:
            break;
    }
    throw Error(ErrorCode::unsupported,
                "has no ending for two views; take a picture (.png, .jpg, .tif, ...), .mpo, .jps, "
                ".vr.jpg, .depth.jpg, a film (.mp4, .mkv, ...) or, for a wiggle, .gif",
                target.output.string());
}

StereoFormat own_format(FileKind kind) {
    switch (kind) {
        case FileKind::mpo:
            return F::pair;
        case FileKind::jps:
            return F::cross;
        case FileKind::vr_photo:
            return F::vr180;
        case FileKind::depth_photo:
            return F::rgbd;
        case FileKind::animation:
            return F::wiggle;
        default:
            return F::sbs;
    }
}

std::optional<JpsLayout> jps_layout(StereoFormat format) {
    switch (format) {
        case F::cross:
            return JpsLayout::crossed;
        case F::sbs:
            return JpsLayout::side_by_side;
        case F::half_sbs:
            return JpsLayout::half_side_by_side;
        case F::tb:
            return JpsLayout::top_bottom;
        case F::half_tb:
            return JpsLayout::half_top_bottom;
        default:
            return std::nullopt;
    }
}

// What a kind of file cannot hold, as a mend; nothing where it can.
const char* refusal(FileKind kind, StereoFormat format) {
    switch (kind) {
        case FileKind::mpo:
            return format == F::pair ? nullptr : "holds the two views as they are; take pair";
        case FileKind::jps:
            return jps_layout(format) ? nullptr
                                      : "holds cross, sbs, half-sbs, tb and half-tb; take .jpg";
        case FileKind::vr_photo:
            return format == F::vr180 ? nullptr : "holds vr180 alone; take .jpg";
        case FileKind::depth_photo:
            return format == F::rgbd ? nullptr : "holds a picture and its depth, rgbd; take .jpg";
        case FileKind::animation:
            return format == F::wiggle ? nullptr : "moves, as a wiggle alone does; take .png";
        case FileKind::picture:
            return format == F::wiggle ? "is a still picture; take .gif or .mp4" : nullptr;
        case FileKind::still_film:
            return format == F::pair ? "is one film; take left and then right" : nullptr;
        case FileKind::moving:
            if (format == F::wiggle) return "is of a film, whose frames move already; take sbs";
            return format == F::pair ? "is one film; take left and then right" : nullptr;
    }
    return nullptr;
}

std::string name_of(StereoFormat format) {
    for (const auto& choice : kChoices<StereoFormat>)
        if (choice.value == format) return std::string(choice.name);
    return {};
}

// "photo.png" becomes "photo_left.png".
fs::path named_for(const fs::path& file, const char* eye) {
    return file.parent_path() / (file.stem().string() + "_" + eye + file.extension().string());
}

std::vector<fs::path> files_of(const StereoTarget& target, StereoFormat format) {
    if (format != F::pair || kind_of(target) == FileKind::mpo) return {target.output};
    return {named_for(target.output, "left"), named_for(target.output, "right")};
}

bool is_film(FileKind kind) {
    return kind == FileKind::still_film || kind == FileKind::animation || kind == FileKind::moving;
}

// ---- Films --------------------------------------------------------------------------------------

FramePacking packing_of(StereoFormat format) {
    switch (format) {
        case F::sbs:
        case F::vr180:
            return FramePacking::side_by_side;
        case F::half_sbs:
            return FramePacking::half_side_by_side;
        case F::cross:
            return FramePacking::crossed;
        case F::tb:
            return FramePacking::top_bottom;
        case F::half_tb:
            return FramePacking::half_top_bottom;
        case F::rows:
            return FramePacking::rows;
        case F::columns:
            return FramePacking::columns;
        case F::checkerboard:
            return FramePacking::checkerboard;
        default:
            return FramePacking::none;
    }
}

FilmTarget film_target(const StereoTarget& target) {
    return {.output = target.output, .film = target.film, .encoder = target.encoder};
}

SinkFormat stereo_sink(const StereoTarget& target, const StereoPlan& plan, SampleType type,
                       const RunContext& run) {
    SinkFormat format = sink_format(film_target(target), *plan.film, type, run);
    tell_packing(format, plan);
    return format;
}

// Both views together have the frame's size, which players limit; each has then what is left of it.
void plan_frames(const StereoTarget& target, StereoPlan& plan, const RunContext& run) {
    const bool needs_even_sides = output_kind(target.output) == OutputKind::film;
    if (needs_even_sides) plan.view = even_size(plan.view);
    const Size wanted = packed_size(plan.format, plan.view, plan.options);
    FilmTarget film = film_target(target);
    film.film.size =
        target.film.size.empty() ? "" : fmt::format("{}x{}", wanted.width, wanted.height);
    plan.film = plan_film(film, wanted, run);
    if (plan.format == F::vr180) plan.options.vr_size_px = plan.film->size.height;
    const double scale = static_cast<double>(plan.film->size.width) / wanted.width;
    if (scale < 1 && plan.format != F::vr180)
        plan.view = even_size({static_cast<int>(std::lround(plan.view.width * scale)),
                               static_cast<int>(std::lround(plan.view.height * scale))});
    plan.film->size = packed_size(plan.format, plan.view, plan.options);
}

void check_film(const StereoTarget& target, const StereoPlan& plan, const RunContext& run) {
    const SinkFormat format = stereo_sink(target, plan, SampleType::u8, run);
    (void)open_sink(target.output, format);
    if (!tells_views(target.output, format))
        run.warn(
            fmt::format("{}: such a film cannot tell players that it holds two views as {}; "
                        "set them by hand, or take .mkv",
                        target.output.string(), name_of(plan.format)));
}

// ---- Flags that would go unheard ----------------------------------------------------------------

void refuse_idle_film(const StereoTarget& target) {
    const std::string why = fmt::format(
        "is for films, but {} is a picture; name a film such as .mp4, or .gif for a wiggle",
        target.output.string());
    refuse_changed(target.film, StereoJob{}.film, why, {"size"});
    refuse_changed(target.encoder, EncoderOptions{}, why);
}

void refuse_idle_sphere(const StereoPlan& plan) {
    refuse_changed(plan.options, StereoFormatOptions{},
                   fmt::format("is for --format vr180, but the form is {}", name_of(plan.format)),
                   {"format"});
}

// ---- Drawing ------------------------------------------------------------------------------------

struct Views {
    Image left{};
    Image right{};
};

Views views_of(const StereoScene& scene, const RunContext& run) {
    return {scene.view_from(0, run), scene.view_from(1, run)};
}

// A view that is the picture itself has the picture's kind of alpha, a drawn one its own; in one
// picture they have one.
Image pack(const StereoPlan& plan, const Views& views, const RunContext& run) {
    if (views.left.alpha() == views.right.alpha())
        return pack_views(views.left, views.right, plan.format, plan.options, run);
    return pack_views(premultiply(views.left), premultiply(views.right), plan.format, plan.options,
                      run);
}

// Films keep no alpha: colours over black.
Image as_frame(const Image& picture, SampleType type) {
    return premultiply(convert(picture, type));
}

void write_film(const StereoTarget& target, const StereoPlan& plan, const StereoScene& scene,
                const RunContext& run) {
    const SampleType type = sample_type_of(film_target(target), scene.picture.sample_type());
    const auto sink = open_sink(target.output, stereo_sink(target, plan, type, run));
    if (plan.format != F::wiggle) {
        const Image still = as_frame(draw_packed(plan, scene, run), type);
        for (int i = 0; i < plan.film->frames; ++i) {
            run.throw_if_stopped();
            sink->write(still);
            run.progress("frames", i + 1, plan.film->frames);
        }
        return sink->finish();
    }
    // To the right eye and back, slowest at the ends.
    make_film(
        plan.film->frames, [&] { return Image(plan.size, type, AlphaKind::none); },
        [&](int index, Image& frame) {
            const double phase =
                static_cast<double>(index % plan.film->frames_a_loop) / plan.film->frames_a_loop;
            const double place = (1 - std::cos(2 * std::numbers::pi * phase)) / 2;
            frame = as_frame(scene.view_from(place, {.threads = 1, .stop = run.stop}), type);
        },
        *sink, run);
}

void write_pair(const StereoPlan& plan, const Views& views) {
    core::TemporaryFile left(plan.outputs[0]);
    core::TemporaryFile right(plan.outputs[1]);
    write_picture(left.path(), views.left);
    write_picture(right.path(), views.right);
    left.commit();
    right.commit();
}

void write_spheres(const fs::path& file, const Views& views, const StereoPlan& plan,
                   const RunContext& run) {
    const Image both = pack(plan, views, run);
    const auto half_from = [&](int x) {
        Image half({both.height(), both.height()}, both.sample_type(), both.alpha());
        const cv::Mat target = as_mat(half);
        as_mat(both)(cv::Rect(x, 0, half.width(), half.height())).copyTo(target);
        return half;
    };
    write_vr_photo(file, half_from(0), half_from(both.height()));
}

// Of the picture that a reader of the file sees.
Size written_size(FileKind kind, const StereoPlan& plan) {
    if (plan.format == F::pair || kind == FileKind::depth_photo) return plan.view;
    const Size packed = packed_size(plan.format, plan.view, plan.options);
    return kind == FileKind::vr_photo ? Size{packed.height, packed.height} : packed;
}

}  // namespace

void tell_packing(SinkFormat& format, const StereoPlan& plan) {
    format.packing = packing_of(plan.format);
    if (plan.format == F::vr180) format.projection = Projection::half_sphere;
}

Image draw_packed(const StereoPlan& plan, const StereoScene& scene, const RunContext& run) {
    if (plan.format == F::rgbd || plan.format == F::half_rgbd)
        return pack_depth(scene.picture, scene.depth, plan.format);
    if (plan.format == F::left) return scene.view_from(0, run);
    if (plan.format == F::right) return scene.view_from(1, run);
    return pack(plan, views_of(scene, run), run);
}

StereoFormat format_of(const StereoTarget& target) {
    const FileKind kind = kind_of(target);
    const StereoFormat format = target.format.format.value_or(own_format(kind));
    if (const char* why = refusal(kind, format))
        throw Error(ErrorCode::unsupported, fmt::format("such a file {}", why),
                    fmt::format("--format {} -o {}", name_of(format), target.output.string()));
    return format;
}

StereoPlan plan_stereo(const StereoTarget& target, Size photo, const RunContext& run) {
    validate(target.format);
    validate(target.film);
    StereoPlan plan{.format = format_of(target), .options = target.format};
    plan.outputs = files_of(target, plan.format);
    for (const fs::path& output : plan.outputs) core::require_writable(output);
    if (plan.format != F::vr180) refuse_idle_sphere(plan);
    plan.view = parse_size(target.film.size, photo);
    if (is_film(kind_of(target))) {
        plan_frames(target, plan, run);
        check_film(target, plan, run);
    } else {
        refuse_idle_film(target);
    }
    plan.size = written_size(kind_of(target), plan);
    return plan;
}

void write_stereo(const StereoTarget& target, const StereoPlan& plan, const StereoScene& scene,
                  const RunContext& run) {
    const FileKind kind = kind_of(target);
    if (is_film(kind)) return write_film(target, plan, scene, run);
    if (kind == FileKind::picture && plan.format != F::pair)
        return write_picture(target.output, draw_packed(plan, scene, run));
    if (kind == FileKind::jps)
        return write_jps(target.output, draw_packed(plan, scene, run), *jps_layout(plan.format));
    if (kind == FileKind::depth_photo)
        return write_depth_photo(target.output, scene.picture, scene.depth);
    const Views views = views_of(scene, run);
    if (kind == FileKind::mpo) return write_mpo(target.output, views.left, views.right);
    if (kind == FileKind::vr_photo) return write_spheres(target.output, views, plan, run);
    write_pair(plan, views);
}

}  // namespace diorama::pipeline
