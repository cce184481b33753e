#include "stereo/disparity_options.h"

#include <fmt/format.h>

#include "diorama/error.h"

namespace diorama {
namespace stereo {
namespace {

[[noreturn]] void refuse(const char* option, const std::string& text, const char* wanted) {
    throw Error(ErrorCode::usage, fmt::format("'{}' is not {}", text, wanted), option);
}

}  // namespace

std::optional<double> parse_zero_plane(const std::string& text) {
    if (text == "auto") return std::nullopt;
    try {
        return options_detail::parse_number("zero-plane", text, {.min = 0, .max = 1}, false);
    } catch (const Error&) {
        refuse("--zero-plane", text, "auto or a number from 0 (far) to 1 (near)");
    }
}

Comfort parse_comfort(const std::string& text) {
    constexpr const char* kWanted =
        "BEHIND,BEFORE in % of the width, such as -3,2: the first below 0, the second above";
    const auto comma = text.find(',');
    if (comma == std::string::npos) refuse("--comfort", text, kWanted);
    try {
        const auto number = [](const std::string& part, FieldRange range) {
            return options_detail::parse_number("comfort", part, range, false);
        };
        Comfort comfort{number(text.substr(0, comma), {.min = -100, .max = 0}),
                        number(text.substr(comma + 1), {.min = 0, .max = 100})};
        if (comfort.behind_percent < 0 && comfort.before_percent > 0) return comfort;
    } catch (const Error&) {
    }
    refuse("--comfort", text, kWanted);
}

}  // namespace stereo

const std::vector<Field<DisparityOptions>>& DisparityOptions::fields() {
    static const std::vector<Field<DisparityOptions>> list{
        field("depth-budget", &DisparityOptions::depth_budget_percent,
              {.min = 0, .max = 50, .unit = "% of width"},
              "disparity between the 2nd and the 98th percentile of inverse depth"),
        field("zero-plane", &DisparityOptions::zero_plane, {.placeholder = "auto|0…1"},
              "the depth that lies on the screen: 0 far, 1 near; auto: the subject, else the "
              "median of the nearest third"),
        field("tone", &DisparityOptions::tone, {.min = -3, .max = 3},
              "above 0 more of the budget goes to what is near, below 0 to what is far"),
        field("comfort", &DisparityOptions::comfort, {.placeholder = "BEHIND,BEFORE"},
              "limits of disparity in % of the width, approached softly"),
        field("edge-violation", &DisparityOptions::edge_violation,
              "what happens where something before the screen is cut by the left or right edge"),
    };
    return list;
}

}  // namespace diorama
