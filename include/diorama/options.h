#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/core/README.md

// Options are plain structs whose members carry their defaults. Each struct has one list, its
// `fields()`, that says name, range, unit and help of each member. The list drives validation, the
// command's flags, JSON and the reference pages, so that an option is written once:
//
//     struct SliceOptions {
//         int slices = 100;
//         static const std::vector<Field<SliceOptions>>& fields();
//     };
//     const std::vector<Field<SliceOptions>>& SliceOptions::fields() {
//         static const std::vector<Field<SliceOptions>> list{
//             field("slices", &SliceOptions::slices, {.min = 1, .max = 1000},
//                   "depth slices that the subject is cut into"),
//         };
//         return list;
//     }

#include <chrono>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "diorama/error.h"
#include "diorama/export.h"

namespace diorama {

using Seconds = std::chrono::duration<double>;

// One value of an enum option. An enum that is an option specialises kChoices beside its
// definition: `template <> inline constexpr Choice<Motion> kChoices<Motion>[] = {...};`
template <class Enum>
struct Choice {
    Enum value;
    std::string_view name;
    std::string_view help;
};
template <class Enum>
inline constexpr Choice<Enum> kChoices[1] = {};

enum class FieldKind { integer, number, text, choice, flag, list };

struct FieldRange {
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
    std::string_view unit = {};         // "px", "% of width", "s"
    std::string_view placeholder = {};  // for text and lists: "FILE", "X,Y,W,H"
};

struct NamedChoice {
    std::string_view name;
    std::string_view help;
};

template <class Options>
struct Field {
    std::string_view name;  // as on the command line, without the dashes
    FieldKind kind = FieldKind::text;
    FieldRange range;
    std::string_view help;
    std::vector<NamedChoice> choices;
    // The value as text; a list's items are joined by a space. Empty: not set.
    std::function<std::string(const Options&)> get;
    // Parses and stores one value; a list gains one item. Throws Error: usage, naming the option.
    std::function<void(Options&, std::string_view)> set;
};

namespace options_detail {
[[nodiscard]] DIORAMA_API double parse_number(std::string_view name, std::string_view text,
                                              const FieldRange& range, bool integer);
[[nodiscard]] DIORAMA_API bool parse_flag(std::string_view name, std::string_view text);
[[nodiscard]] DIORAMA_API std::string format_number(double value);
[[noreturn]] DIORAMA_API void throw_unknown_choice(std::string_view name, std::string_view text,
                                                   const std::vector<NamedChoice>& choices);

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
std::vector<NamedChoice> choices_of() {
    std::vector<NamedChoice> list;
    if constexpr (std::is_enum_v<T>)
        for (const auto& choice : kChoices<T>) list.push_back({choice.name, choice.help});
    return list;
}

template <class T>
constexpr FieldKind kind_of() {
    if constexpr (std::is_same_v<T, bool>) return FieldKind::flag;
    if constexpr (std::is_enum_v<T>) return FieldKind::choice;
    if constexpr (std::is_integral_v<T>) return FieldKind::integer;
    if constexpr (std::is_floating_point_v<T> || std::is_same_v<T, Seconds>)
        return FieldKind::number;
    if constexpr (std::is_same_v<T, std::vector<std::string>>) return FieldKind::list;
    return FieldKind::text;
}

template <class T>
T parse(std::string_view name, std::string_view text, const FieldRange& range) {
    if constexpr (std::is_same_v<T, bool>) {
        return parse_flag(name, text);
    } else if constexpr (std::is_enum_v<T>) {
        for (const auto& choice : kChoices<T>)
            if (choice.name == text) return choice.value;
        throw_unknown_choice(name, text, choices_of<T>());
    } else if constexpr (std::is_integral_v<T>) {
        return static_cast<T>(parse_number(name, text, range, true));
    } else if constexpr (std::is_floating_point_v<T> || std::is_same_v<T, Seconds>) {
        return T(parse_number(name, text, range, false));
    } else {
        return std::string(text);
    }
}

template <class T>
std::string format(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::is_enum_v<T>) {
        for (const auto& choice : kChoices<T>)
            if (choice.value == value) return std::string(choice.name);
        return {};
    } else if constexpr (std::is_same_v<T, Seconds>) {
        return format_number(value.count());
    } else if constexpr (std::is_arithmetic_v<T>) {
        return format_number(static_cast<double>(value));
    } else {
        return value;
    }
}
}  // namespace options_detail

// Describes one member of an options struct: a bool, integer, double, Seconds, string, enum, an
// optional of these, or a vector of strings (an option that may be repeated).
template <class Options, class T>
Field<Options> field(std::string_view name, T Options::*member, FieldRange range,
                     std::string_view help) {
    namespace detail = options_detail;
    Field<Options> f;
    f.name = name;
    f.range = range;
    f.help = help;
    if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        f.kind = FieldKind::list;
        f.get = [member](const Options& o) {
            std::string joined;
            for (const auto& item : o.*member) joined += (joined.empty() ? "" : " ") + item;
            return joined;
        };
        f.set = [member](Options& o, std::string_view text) { (o.*member).emplace_back(text); };
    } else if constexpr (detail::is_optional<T>::value) {
        using Value = typename T::value_type;
        f.kind = detail::kind_of<Value>();
        f.choices = detail::choices_of<Value>();
        f.get = [member](const Options& o) {
            return o.*member ? detail::format(*(o.*member)) : std::string();
        };
        f.set = [=](Options& o, std::string_view text) {
            o.*member = detail::parse<Value>(name, text, range);
        };
    } else {
        f.kind = detail::kind_of<T>();
        f.choices = detail::choices_of<T>();
        f.get = [member](const Options& o) { return detail::format(o.*member); };
        f.set = [=](Options& o, std::string_view text) {
            o.*member = detail::parse<T>(name, text, range);
        };
    }
    return f;
}

template <class Options, class T>
Field<Options> field(std::string_view name, T Options::*member, std::string_view help) {
    return field(name, member, FieldRange{}, help);
}

// Checks every member against its field. Throws Error: usage for the first that is out of range.
template <class Options>
void validate(const Options& options) {
    Options scratch;
    for (const auto& f : Options::fields()) {
        const std::string text = f.get(options);
        if (!text.empty() && f.kind != FieldKind::list) f.set(scratch, text);
    }
}

}  // namespace diorama
