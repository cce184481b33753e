#include "pipeline/style_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "core/temporary_file.h"
#include "diorama/catalogue.h"
#include "diorama/depth.h"
#include "diorama/error.h"
#include "diorama/match.h"
#include "diorama/picture.h"
#include "diorama/stereo_format.h"
#include "diorama/video.h"
#include "pipeline/subjects.h"

namespace diorama {
namespace pipeline {
namespace {

namespace fs = std::filesystem;

constexpr int kFilmFrames = 12;
// Halves of one view have less than this share of their pixels in common, two views of a scene
// more.
constexpr double kLeastInCommon = 0.25;

bool is_saved(const fs::path& file) {
    return core::ending_of(file) == ".json";
}

StereoStyle read_style(const fs::path& file) {
    std::ifstream stream(file);
    const auto json = nlohmann::json::parse(stream, nullptr, false);
    const auto number = [&](const char* key) {
        if (!json.is_object() || !json.contains(key) || !json[key].is_number())
            throw Error(
                ErrorCode::unreadable,
                fmt::format("has no number \"{}\"; a style is what --save-style wrote", key),
                file.string());
        return json[key].get<double>();
    };
    return {.s_percent = number("s_percent"), .t_percent = number("t_percent")};
}

// ---- Layouts
// -------------------------------------------------------------------------------------

StereoFormat format_of(StyleLayout layout, FramePacking told, Size packed) {
    if (layout == StyleLayout::sbs) return StereoFormat::sbs;
    if (layout == StyleLayout::cross) return StereoFormat::cross;
    if (layout == StyleLayout::tb) return StereoFormat::tb;
    if (told == FramePacking::side_by_side) return StereoFormat::sbs;
    if (told == FramePacking::crossed) return StereoFormat::cross;
    if (told == FramePacking::top_bottom) return StereoFormat::tb;
    return packed.width > packed.height ? StereoFormat::sbs : StereoFormat::tb;
}

double share_of(const Matte& valid) {
    const auto& values = valid.values();
    return std::reduce(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// ---- References
// ----------------------------------------------------------------------------------

class StyleFinder {
 public:
    StyleFinder(const StyleSource& source, const DepthSource& depth, const ReadOptions& read,
                const RunContext& run)
        : source_(source),
          read_(read),
          model_(
              find_model(depth.depth_model.empty() ? std::string(kBuiltInDepth) : depth.depth_model,
                         {ModelTask::depth}, run),
              depth.device, run.threads) {}

    [[nodiscard]] StereoStyle find(const RunContext& run) const {
        const bool is_film = output_kind(source_.style) == OutputKind::film;
        const std::vector<StereoStyle> styles = is_film ? of_film(run) : of_picture(run);
        if (styles.empty())
            throw Error(ErrorCode::unreadable,
                        "does not hold two views of one scene that match, in depth; see "
                        "--style-layout",
                        source_.style);
        return find_spread(styles).mean;
    }

 private:
    // Nothing where the frame is not two views of one scene.
    [[nodiscard]] std::optional<StereoStyle> of_frame(const Image& packed, FramePacking told,
                                                      const RunContext& run) const {
        const auto [left, right] =
            split_views(packed, format_of(source_.style_layout, told, packed.size()));
        RunContext quiet = run;
        std::vector<std::string> warnings;
        quiet.on_warning = [&](const std::string& line) { warnings.push_back(line); };
        const MatchedView match = match_views(left, right, quiet).left;
        if (share_of(match.valid) < kLeastInCommon) return std::nullopt;
        std::ranges::for_each(warnings, [&](const std::string& line) { run.warn(line); });
        const InverseDepth iz = estimate_depth(model_, left, nullptr, run).inverse_depth;
        return fit_style(iz, match.disparity, match.valid);
    }

    [[nodiscard]] std::vector<StereoStyle> of_picture(const RunContext& run) const {
        const Image packed = read_picture(source_.style, limits_of(read_));
        const auto style = of_frame(packed, FramePacking::none, run);
        return style ? std::vector{*style} : std::vector<StereoStyle>{};
    }

    // Frames that are spread over the film's length.
    [[nodiscard]] std::vector<StereoStyle> of_film(const RunContext& run) const {
        FilmReader reader(source_.style, run.threads);
        std::vector<StereoStyle> styles;
        for (int n = 0; n < kFilmFrames; ++n) {
            run.throw_if_stopped();
            run.progress("borrowing the style", n, kFilmFrames);
            if (reader.info().duration.count() > 0)
                reader.seek(reader.info().duration * ((n + 0.5) / kFilmFrames));
            const auto frame = reader.next();
            if (!frame) break;
            const auto style = of_frame(frame->image, reader.info().packing, run);
            if (style) styles.push_back(*style);
        }
        return styles;
    }

    const StyleSource& source_;
    const ReadOptions& read_;
    Model model_;
};

}  // namespace

void check(const StyleSource& source) {
    validate(source);
    if (source.style.empty() && source.style_layout != StyleLayout::automatic)
        throw Error(ErrorCode::usage, "says how --style holds two views; give that, too",
                    "--style-layout");
    if (!source.style.empty()) {
        if (!is_there(source.style))
            throw Error(ErrorCode::not_found, "no such file", source.style);
        if (is_saved(source.style)) (void)read_style(source.style);
    }
    if (source.save_style.empty()) return;
    if (!is_saved(source.save_style))
        throw Error(ErrorCode::unsupported, "a style is written as .json; end the name so",
                    source.save_style);
    core::require_writable(source.save_style);
}

StereoStyle find_style(const StyleSource& source, const DepthSource& depth, const ReadOptions& read,
                       const RunContext& run) {
    if (is_saved(source.style)) return read_style(source.style);
    return StyleFinder(source, depth, read, run).find(run);
}

void write_style(const fs::path& file, const StereoStyle& style) {
    const nlohmann::ordered_json json{{"s_percent", style.s_percent},
                                      {"t_percent", style.t_percent}};
    core::TemporaryFile temporary(file);
    std::ofstream stream(temporary.path());
    if (!(stream << json.dump(2) << "\n") || !stream.flush())
        throw Error(ErrorCode::unwritable, "cannot be written", file.string());
    stream.close();
    temporary.commit();
}

}  // namespace pipeline

const std::vector<Field<StyleSource>>& StyleSource::fields() {
    static const std::vector<Field<StyleSource>> list{
        field("style", &StyleSource::style, {.placeholder = "PICTURE|FILM|FILE.json"},
              "depth budget and zero plane as this has them: two views in one picture or film, or "
              "what --save-style wrote"),
        field("style-layout", &StyleSource::style_layout, "how --style holds its two views"),
        field("save-style", &StyleSource::save_style, {.placeholder = "FILE.json"},
              "the style of what is made, to borrow it again"),
    };
    return list;
}

}  // namespace diorama
