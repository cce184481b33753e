#include "pipeline/roto_products.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "diorama/film_tracks.h"
#include "diorama/picture.h"
#include "image/named_channels.h"
#include "pipeline/sizes.h"
#include "pipeline/subjects.h"
#include "video/sinks.h"

namespace diorama::pipeline {
namespace {

namespace fs = std::filesystem;

fs::path path_of(const fs::path& pattern, std::int64_t number) {
    return video::is_sequence_pattern(pattern) ? video::sequence_path(pattern, number) : pattern;
}

void write_text(const fs::path& target, const std::string& text) {
    core::TemporaryFile file(target);
    std::ofstream stream(file.path(), std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) throw Error(ErrorCode::unwritable, "could not be written", target.string());
    file.commit();
}

std::string name_of(Tone tone) {
    return std::string(kChoices<Tone>[index_of(tone)].name);
}

// One tone in its colour, and nothing elsewhere.
Image cut_out(const TonedFrame& frame, Tone tone) {
    Image cut(frame.tones.size(), SampleType::u8, AlphaKind::straight);
    const auto& colour = frame.palette[index_of(tone)];
    std::uint8_t* pixel = cut.data();
    for (const Tone here : frame.tones.tones()) {
        if (here == tone) {
            std::ranges::copy(colour, pixel);
            pixel[3] = 255;
        }
        pixel += 4;
    }
    return cut;
}

class FlatPictures final : public Product {
 public:
    explicit FlatPictures(fs::path pattern) : pattern_(std::move(pattern)) {}
    void add(const TonedFrame& frame) override {
        write_picture(path_of(pattern_, frame.number), paint_tones(frame.tones, frame.palette));
    }

 private:
    fs::path pattern_;
};

// One sequence a tone, each in a folder of its own.
class TonePictures final : public Product {
 public:
    TonePictures(fs::path folder, std::string name)
        : folder_(std::move(folder)), name_(std::move(name)) {
        for (const Tone tone : kTones) make_folder(folder_ / name_of(tone));
    }
    void add(const TonedFrame& frame) override {
        for (const Tone tone : kTones)
            write_picture(path_of(folder_ / name_of(tone) / name_, frame.number),
                          cut_out(frame, tone));
    }

 private:
    fs::path folder_;
    std::string name_;
};

class LayeredPictures final : public Product {
 public:
    explicit LayeredPictures(fs::path pattern) : pattern_(std::move(pattern)) {}
    void add(const TonedFrame& frame) override {
        std::vector<PictureLayer> layers;
        for (const Tone tone : kTones)
            layers.push_back({.name = name_of(tone), .image = cut_out(frame, tone)});
        write_openraster(path_of(pattern_, frame.number), layers,
                         paint_tones(frame.tones, frame.palette));
    }

 private:
    fs::path pattern_;
};

// The picture and, beside it, a named layer for each tone.
class LayeredFloats final : public Product {
 public:
    explicit LayeredFloats(fs::path pattern) : pattern_(std::move(pattern)) {}
    void add(const TonedFrame& frame) override {
        std::vector<image::NamedLayer> layers{
            {.name = "", .image = paint_tones(frame.tones, frame.palette)}};
        for (const Tone tone : kTones) layers.push_back({name_of(tone), cut_out(frame, tone)});
        image::write_named_layers(path_of(pattern_, frame.number), layers);
    }

 private:
    fs::path pattern_;
};

class Curves final : public Product {
 public:
    explicit Curves(fs::path pattern) : pattern_(std::move(pattern)) {}
    void add(const TonedFrame& frame) override {
        write_text(path_of(pattern_, frame.number), make_svg(frame.drawing, frame.palette));
    }

 private:
    fs::path pattern_;
};

// With the colours of its first frame.
class MovingCurves final : public Product {
 public:
    explicit MovingCurves(fs::path file) : file_(std::move(file)) {}
    void add(const TonedFrame& frame) override {
        if (drawings_.empty()) palette_ = frame.palette;
        drawings_.push_back({frame.drawing, frame.duration});
    }
    void finish(const RunContext&) override {
        write_text(file_, make_animated_svg(drawings_, palette_));
    }

 private:
    fs::path file_;
    Palette palette_{};
    std::vector<TimedDrawing> drawings_;
};

// Frames of any size, cut to what the film can have.
class FilmOf final : public Product {
 public:
    using Paint = Image (*)(const TonedFrame& frame);
    FilmOf(fs::path file, const RotoFilm& film, Size size, Paint paint)
        : file_(std::move(file)),
          film_(film),
          part_(film.work / file_.filename()),
          paint_(paint),
          format_{.size = size, .fps = film.fps, .encoder = film.encoder} {
        if (output_kind(file_) == OutputKind::film) format_.size = even_size(size);
        sink_ = open_part(part_, file_, format_);
    }
    void add(const TonedFrame& frame) override {
        const Image painted = paint_(frame);
        sink_->write_at(apply(fit(painted.size(), format_.size), painted), frame.time);
        end_ = frame.time + frame.duration;
    }
    void finish(const RunContext& run) override {
        sink_->finish();
        join_films(file_,
                   {.parts = {part_},
                    .format = format_,
                    .duration = end_,
                    .source = film_.source,
                    .start = film_.start,
                    .trimmed = film_.trimmed},
                   run);
    }

 private:
    fs::path file_;
    RotoFilm film_;
    fs::path part_;
    Paint paint_;
    SinkFormat format_;
    std::unique_ptr<FrameSink> sink_{};
    Seconds end_{0};
};

Image paint_flat(const TonedFrame& frame) {
    return paint_tones(frame.tones, frame.palette);
}

Image paint_beside(const TonedFrame& frame) {
    const Image source = convert(*frame.source, SampleType::u8);
    const Image flat = paint_flat(frame);
    Image both({2 * flat.width(), flat.height()}, SampleType::u8, AlphaKind::none);
    for (int y = 0; y < flat.height(); ++y) {
        std::uint8_t* to = both.row<std::uint8_t>(y);
        const std::uint8_t* from = source.row<std::uint8_t>(y);
        for (int x = 0; x < flat.width(); ++x, from += source.channels(), to += 3)
            std::copy_n(from, 3, to);
        std::copy_n(flat.row<std::uint8_t>(y), flat.row_bytes(), to);
    }
    return both;
}

constexpr std::array kKinds{"flat", "tones", "svg", "exr", "ora", "gif", "film", "animation"};

bool needs_film(const std::string& kind) {
    return kind == "gif" || kind == "film" || kind == "animation";
}

// What a single output is, by its ending; empty where it is none of these.
std::string kind_of(const fs::path& output) {
    const std::string ending = core::ending_of(output);
    const OutputKind kind = output_kind(output);
    const bool is_sequence = video::is_sequence_pattern(output);
    if (ending == ".svg") return is_sequence ? "svg" : "animation";
    if (ending == ".ora") return "ora";
    if (ending == ".exr") return "exr";
    if (kind == OutputKind::film || kind == OutputKind::animation) return "film";
    return kind == OutputKind::picture || kind == OutputKind::sequence ? "flat" : "";
}

std::unique_ptr<Product> open_one(const std::string& kind, const fs::path& file,
                                  const ProductPlan& plan, Size size) {
    if (kind == "svg") return std::make_unique<Curves>(file);
    if (kind == "ora") return std::make_unique<LayeredPictures>(file);
    if (kind == "exr") return std::make_unique<LayeredFloats>(file);
    if (kind == "flat") return std::make_unique<FlatPictures>(file);
    if (kind == "animation" && !plan.film) return std::make_unique<Curves>(file);
    if (kind == "animation") return std::make_unique<MovingCurves>(file);
    return std::make_unique<FilmOf>(file, *plan.film, size, paint_flat);
}

std::unique_ptr<Product> open_in_folder(const std::string& kind, const ProductPlan& plan,
                                        Size size) {
    const std::string numbered = plan.film ? plan.name + "_%04d" : plan.name;
    if (kind == "tones")
        return std::make_unique<TonePictures>(plan.output / "tones", numbered + ".png");
    if (needs_film(kind)) {
        const char* ending = kind == "gif" ? ".gif" : kind == "film" ? ".mp4" : ".svg";
        return open_one(kind == "gif" ? "film" : kind, plan.output / (plan.name + ending), plan,
                        size);
    }
    const fs::path folder = plan.output / kind;
    make_folder(folder);
    const std::string ending = kind == "flat" ? "png" : kind;
    return open_one(kind, folder / (numbered + "." + ending), plan, size);
}

}  // namespace

bool is_folder_output(const fs::path& output) {
    return output.filename().empty() || output.extension().empty() || fs::is_directory(output);
}

void check_products(const ProductPlan& plan) {
    const std::string name = plan.output.string();
    if (is_folder_output(plan.output)) {
        for (const std::string& kind : plan.make) {
            if (std::ranges::find(kKinds, kind) == kKinds.end())
                throw Error(ErrorCode::usage,
                            fmt::format("'{}' is none of: {}", kind, fmt::join(kKinds, ", ")),
                            "--make");
            if (!plan.film && needs_film(kind))
                throw Error(ErrorCode::usage,
                            fmt::format("'{}' is for films, but the input is a picture", kind),
                            "--make");
        }
        return require_folder(plan.output);
    }
    if (!plan.make.empty())
        throw Error(
            ErrorCode::usage,
            fmt::format("says what a folder gets; '{}' says by its ending what it is", name),
            "--make");
    const std::string kind = kind_of(plan.output);
    if (kind.empty())
        throw Error(ErrorCode::unsupported,
                    "tones are written as a folder, .svg, .png and other pictures, .exr, .ora, or "
                    "as a film or animation",
                    name);
    const bool is_sequence = video::is_sequence_pattern(plan.output);
    if (!plan.film && (kind == "film" || is_sequence))
        throw Error(ErrorCode::usage, "is of many frames, but the input is a picture", name);
    if (plan.film && !is_sequence && kind != "film" && kind != "animation")
        throw Error(ErrorCode::usage,
                    fmt::format("is a still picture, but the input is a film; name a folder, a "
                                "sequence ({}_%04d{}), a film, or give --preview TIME",
                                plan.output.stem().string(), plan.output.extension().string()),
                    name);
    core::require_writable(plan.output);
}

std::vector<std::unique_ptr<Product>> open_products(const ProductPlan& plan, Size size) {
    std::vector<std::unique_ptr<Product>> products;
    if (!is_folder_output(plan.output)) {
        products.push_back(open_one(kind_of(plan.output), plan.output, plan, size));
        return products;
    }
    make_folder(plan.output);
    for (const std::string& kind : plan.make) products.push_back(open_in_folder(kind, plan, size));
    return products;
}

std::unique_ptr<Product> open_comparison(const fs::path& file, const ProductPlan& plan, Size size) {
    return std::make_unique<FilmOf>(file, *plan.film, Size{2 * size.width, size.height},
                                    paint_beside);
}

}  // namespace diorama::pipeline
