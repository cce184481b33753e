#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <CLI/CLI.hpp>
#include <string>

#include "diorama/options.h"

namespace diorama::cli {

namespace flags_detail {
// The help text with a line for each choice, the range and the default.
std::string help_text(std::string_view help, const FieldRange& range,
                      const std::vector<NamedChoice>& choices, const std::string& fallback);
std::string type_name(FieldKind kind, const FieldRange& range);
}  // namespace flags_detail

// A flag for every field of an options struct, under the heading `group` of the help page. The
// struct must live as long as the command is parsed.
template <class Options>
void add_flags(CLI::App& verb, Options& options, const std::string& group) {
    for (const auto& field : Options::fields()) {
        const std::string name = "--" + std::string(field.name);
        CLI::Option* flag = nullptr;
        if (field.kind == FieldKind::flag) {
            flag = verb.add_flag_callback(name, [&options, &field] { field.set(options, "true"); });
        } else if (field.kind == FieldKind::list) {
            flag = verb.add_option_function<std::vector<std::string>>(
                name, [&options, &field](const std::vector<std::string>& items) {
                    for (const auto& item : items) field.set(options, item);
                });
            flag->expected(1)->take_all();
        } else {
            flag = verb.add_option_function<std::string>(
                name, [&options, &field](const std::string& text) { field.set(options, text); });
        }
        const bool shows_default = field.kind != FieldKind::flag && field.kind != FieldKind::list;
        flag->description(flags_detail::help_text(field.help, field.range, field.choices,
                                                  shows_default ? field.get(options) : ""));
        if (field.kind != FieldKind::flag)
            flag->type_name(flags_detail::type_name(field.kind, field.range));
        flag->group(group);
    }
}

}  // namespace diorama::cli
