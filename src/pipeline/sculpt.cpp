#include "pipeline/sculpt.h"

#include <fmt/format.h>

#include "core/temporary_file.h"
#include "diorama/disparity_files.h"
#include "diorama/error.h"
#include "pipeline/subjects.h"

namespace diorama::pipeline {
namespace {

constexpr FieldRange kPercent{.min = -50, .max = 50, .unit = "% of width"};

Sculpting parse(const std::string& text, const SubjectSource& subject) {
    const auto refuse = [&](const std::string& why) {
        throw Error(ErrorCode::usage, why, "--sculpt " + text);
    };
    if (core::ending_of(text) == ".exr") {
        if (!is_there(text)) throw Error(ErrorCode::not_found, "no such file", text);
        return {.text = text, .name = text, .maps = text};
    }
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0)
        refuse("says what and how far: matte.png:+1.5, subject:+1.5 or \"text:bird:+2\"");
    const std::string what = text.substr(0, colon);
    Sculpting sculpting{.text = text, .name = what};
    sculpting.percent =
        options_detail::parse_number("sculpt", text.substr(colon + 1), kPercent, false);
    if (what == "subject") {
        sculpting.what = subject;
    } else if (what.starts_with("text:")) {
        if (subject.matte_model.empty())
            refuse("needs a --matte-model that reads texts, such as sam3");
        sculpting.what = {.text = {what.substr(5)},
                          .matte_model = subject.matte_model,
                          .min_score = subject.min_score,
                          .all = true};
    } else {
        sculpting.what = {.matte = {what}};
    }
    return sculpting;
}

// A local map of the views' size, or of the photo's shape.
template <class Kind>
void bring_to_views(Map<Kind>& map, const Fitting& fitting, const std::filesystem::path& file) {
    const Size view{fitting.crop.width, fitting.crop.height};
    if (map.empty() || map.size() == view) return;
    if (!has_shape_of(fitting.from, map.size()))
        throw Error(ErrorCode::mismatch,
                    fmt::format("these {}×{} maps have not the shape of the picture, which is "
                                "{}×{}; are they another picture's?",
                                map.width(), map.height(), fitting.from.width, fitting.from.height),
                    file);
    Matte values(map.size());
    values.values() = std::move(map.values());
    values = apply(fitting, std::move(values));
    map = Map<Kind>(view);
    map.values() = std::move(values.values());
}

}  // namespace

std::vector<Sculpting> parse_sculptings(const std::vector<std::string>& texts,
                                        const SubjectSource& subject) {
    std::vector<Sculpting> sculptings;
    for (const std::string& text : texts) sculptings.push_back(parse(text, subject));
    return sculptings;
}

Brushstrokes read_maps(const std::vector<Sculpting>& sculptings, const Fitting& fitting) {
    Brushstrokes maps;
    for (const Sculpting& sculpting : sculptings) {
        if (sculpting.maps.empty()) continue;
        if (!maps.v_s.empty() || !maps.v_t.empty())
            throw Error(ErrorCode::usage, "is the second file of local maps; give one",
                        "--sculpt " + sculpting.text);
        maps = read_brushstrokes(sculpting.maps);
        bring_to_views(maps.v_s, fitting, sculpting.maps);
        bring_to_views(maps.v_t, fitting, sculpting.maps);
    }
    return maps;
}

}  // namespace diorama::pipeline
