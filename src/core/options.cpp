#include "diorama/options.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace diorama::options_detail {
namespace {

[[noreturn]] void throw_usage(std::string_view name, const std::string& message) {
    throw Error(ErrorCode::usage, message, fmt::format("--{}", name));
}

std::string range_text(const FieldRange& range, bool integer) {
    const std::string unit = range.unit.empty() ? "" : fmt::format(" {}", range.unit);
    std::string kind = integer ? "a whole number" : "a number";
    if (std::isfinite(range.min) && std::isfinite(range.max))
        return fmt::format("{} from {} to {}{}", kind, range.min, range.max, unit);
    if (std::isfinite(range.min)) return fmt::format("{} of at least {}{}", kind, range.min, unit);
    return kind;
}

}  // namespace

double parse_number(std::string_view name, std::string_view text, const FieldRange& range,
                    bool integer) {
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    double value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = end == digits.data() + digits.size() && code == std::errc();
    const bool fits = std::isfinite(value) && value >= range.min && value <= range.max;
    const bool integral = !integer || (std::floor(value) == value && std::abs(value) < 2e9);
    if (!whole || !fits || !integral)
        throw_usage(name, fmt::format("'{}' is not {}", text, range_text(range, integer)));
    return value;
}

bool parse_flag(std::string_view name, std::string_view text) {
    if (text == "true" || text == "1" || text == "yes") return true;
    if (text == "false" || text == "0" || text == "no") return false;
    throw_usage(name, fmt::format("'{}' is neither true nor false", text));
}

std::string format_number(double value) {
    return fmt::format("{}", value);
}

void throw_unknown_choice(std::string_view name, std::string_view text,
                          const std::vector<NamedChoice>& choices) {
    std::string names;
    for (const auto& choice : choices)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", choice.name);
    throw_usage(name, fmt::format("'{}' is none of: {}", text, names));
}

}  // namespace diorama::options_detail
