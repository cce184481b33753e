#include "flags.h"

#include <fmt/format.h>

#include <cmath>

namespace diorama::cli::flags_detail {

std::string help_text(std::string_view help, const FieldRange& range,
                      const std::vector<NamedChoice>& choices, const std::string& fallback) {
    std::string text(help);
    for (const NamedChoice& choice : choices)
        text += fmt::format("\n  {}: {}", choice.name, choice.help);
    const bool bounded = std::isfinite(range.min) && std::isfinite(range.max);
    if (bounded) text += fmt::format(" ({} to {})", range.min, range.max);
    if (!fallback.empty())
        text += fmt::format("{}default: {}", choices.empty() ? "; " : "\n  ", fallback);
    return text;
}

std::string type_name(FieldKind kind, const FieldRange& range) {
    if (!range.placeholder.empty()) return std::string(range.placeholder);
    if (!range.unit.empty()) return fmt::format("({})", range.unit);
    switch (kind) {
        case FieldKind::integer:
            return "N";
        case FieldKind::number:
            return "NUMBER";
        case FieldKind::choice:
            return "NAME";
        default:
            return "TEXT";
    }
}

}  // namespace diorama::cli::flags_detail
