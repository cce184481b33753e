#include "pipeline/sculpt.h"

#include <fmt/format.h>

#include "core/temporary_file.h"
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
        return {.text = text, .maps = text};
    }
    const auto colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0)
        refuse("says what and how far: matte.png:+1.5, subject:+1.5 or \"text:bird:+2\"");
    const std::string what = text.substr(0, colon);
    Sculpting sculpting{.text = text};
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
    check(sculpting.what);
    return sculpting;
}

}  // namespace

std::vector<Sculpting> parse_sculptings(const std::vector<std::string>& texts,
                                        const SubjectSource& subject) {
    std::vector<Sculpting> sculptings;
    for (const std::string& text : texts) sculptings.push_back(parse(text, subject));
    return sculptings;
}

}  // namespace diorama::pipeline
