#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "flags.h"
#include "verbs.h"

namespace diorama::cli {
namespace {

using nlohmann::ordered_json;

template <class Enum>
std::string_view word_for(Enum value) {
    return std::ranges::find(kChoices<Enum>, value, &Choice<Enum>::value)->name;
}

// Empty where this machine has no folder for models.
std::string folder_text(const ModelEntry& entry) {
    try {
        return folder_of(entry).string();
    } catch (const Error&) {
        return {};
    }
}

ordered_json to_json(const ModelEntry& entry) {
    ordered_json json{{"id", entry.id},
                      {"title", entry.title},
                      {"task", word_for(entry.task)},
                      {"good_for", entry.good_for},
                      {"state", word_for(state_of(entry))},
                      {"folder", folder_text(entry)},
                      {"page", entry.page},
                      {"license",
                       {{"id", entry.license.id},
                        {"address", entry.license.address},
                        {"meaning", entry.license.meaning},
                        {"permissive", entry.license.permissive}}}};
    if (!entry.note.empty()) json["note"] = entry.note;
    if (const auto size_bytes = entry.size_bytes(); size_bytes > 0) json["size_bytes"] = size_bytes;
    for (const ModelFile& file : entry.files) {
        ordered_json& item = json["files"].emplace_back(ordered_json{{"name", file.name}});
        if (!file.address.empty()) item["address"] = file.address;
        if (file.size_bytes > 0) item["size_bytes"] = file.size_bytes;
        if (!file.sha256.empty()) item["sha256"] = file.sha256;
    }
    for (const ModelFigure& figure : entry.figures)
        json["figures"].push_back(
            {{"name", figure.name}, {"value", figure.value}, {"source", figure.source}});
    if (!entry.interface_block.empty())
        json["interface"] = ordered_json::parse(entry.interface_block);
    return json;
}

// ---- list ---------------------------------------------------------------------------------------

struct ListOptions {
    std::optional<ModelTask> task{};
    bool json = false;

    static const std::vector<Field<ListOptions>>& fields() {
        static const std::vector<Field<ListOptions>> list{
            field("task", &ListOptions::task, "only models for this"),
            field("json", &ListOptions::json, "for programs, with all that `info` knows"),
        };
        return list;
    }
};

void list_models(const ListOptions& options) {
    std::vector<ModelEntry> entries = read_model_catalogue();
    if (options.task)
        std::erase_if(entries, [&](const ModelEntry& entry) { return entry.task != options.task; });
    if (options.json) {
        ordered_json list = ordered_json::array();
        for (const ModelEntry& entry : entries) list.push_back(to_json(entry));
        fmt::print("{}\n", list.dump(2));
        return;
    }
    constexpr std::string_view kRow = "{:<28} {:<8} {:>8}  {:<25} {}\n";
    std::string table = fmt::format(kRow, "ID", "TASK", "SIZE", "LICENCE", "STATE");
    for (const ModelEntry& entry : entries)
        table +=
            fmt::format(kRow, entry.id, word_for(entry.task), describe_size(entry.size_bytes()),
                        entry.license.id, word_for(state_of(entry)));
    fmt::print("{}", table);
}

// ---- info ---------------------------------------------------------------------------------------

struct InfoOptions {
    bool json = false;
    bool block = false;

    static const std::vector<Field<InfoOptions>>& fields() {
        static const std::vector<Field<InfoOptions>> list{
            field("json", &InfoOptions::json, "for programs"),
            field("block", &InfoOptions::block,
                  "only the interface block, to put beside a file of your own"),
        };
        return list;
    }
};

void print_info(const ModelEntry& entry) {
    const ModelState state = state_of(entry);
    const auto row = [](std::string_view name, std::string_view value) {
        if (!value.empty()) fmt::print("{:<10} {}\n", name, value);
    };
    fmt::print("{}: {}\n", entry.id, entry.title);
    row("for", fmt::format("{}: {}", word_for(entry.task), entry.good_for));
    row("note", entry.note);
    row("state",
        fmt::format(
            "{}: {}", word_for(state),
            std::ranges::find(kChoices<ModelState>, state, &Choice<ModelState>::value)->help));
    if (!entry.built_in) row("folder", folder_text(entry));
    row("from", entry.page);
    row("licence", fmt::format("{}: {}", entry.license.id, entry.license.meaning));
    row("", entry.license.address);
    for (const ModelFile& file : entry.files) {
        row("file",
            fmt::format("{} ({})", file.name,
                        describe_size(entry.built_in ? entry.size_bytes() : file.size_bytes)));
        row("", file.address);
        row("", file.sha256.empty() ? "" : "SHA-256 " + file.sha256);
    }
    for (const ModelFigure& figure : entry.figures)
        row(figure.name, fmt::format("{} (published: {})", figure.value, figure.source));
    row("interface", entry.interface_block.empty() ? "none in this version" : "see --block");
}

void show_model(const std::string& id, const InfoOptions& options) {
    const std::vector<ModelEntry> catalogue = read_model_catalogue();
    const ModelEntry& entry = find_entry(catalogue, id);
    if (options.block && entry.interface_block.empty())
        throw Error(ErrorCode::unsupported, "the catalogue has no interface block for it", id);
    if (options.block)
        fmt::print("{}\n", ordered_json::parse(entry.interface_block).dump(4));
    else if (options.json)
        fmt::print("{}\n", to_json(entry).dump(2));
    else
        print_info(entry);
}

// ---- pull, verify, path, remove -----------------------------------------------------------------

void pull_models(const std::vector<std::string>& ids, const PullOptions& options,
                 Console& console) {
    const std::vector<ModelEntry> catalogue = read_model_catalogue();
    // Of several, none is fetched in vain.
    for (const std::string& id : ids) check_pull(find_entry(catalogue, id), options);
    for (const std::string& id : ids) {
        const ModelEntry& entry = find_entry(catalogue, id);
        pull_model(entry, options, console.run());
        console.finish_line();
        fmt::print(stderr, "{} is in {}\n", id, folder_of(entry).string());
    }
}

// What a person can do about models that are not what they should be.
std::string mend_of(const std::vector<std::string>& ids, const std::vector<ModelEntry>& catalogue) {
    std::vector<std::string> pulled;
    std::vector<std::string> brought;
    for (const std::string& id : ids)
        (find_entry(catalogue, id).can_be_pulled() ? pulled : brought).push_back(id);
    std::vector<std::string> mends;
    if (!pulled.empty())
        mends.push_back(fmt::format("run: diorama models pull {}", fmt::join(pulled, " ")));
    for (const std::string& id : brought)
        mends.push_back(
            fmt::format("name your own file as {}=FILE, since it cannot be pulled", id));
    return fmt::format("{}", fmt::join(mends, "; "));
}

// All that is here where no ids are given.
void verify_models(std::vector<std::string> ids, Console& console) {
    const std::vector<ModelEntry> catalogue = read_model_catalogue();
    if (ids.empty())
        for (const ModelEntry& entry : catalogue)
            if (state_of(entry) == ModelState::here) ids.push_back(entry.id);
    std::vector<std::string> broken;
    for (const std::string& id : ids) {
        const auto checks = verify_model(find_entry(catalogue, id), console.run());
        console.finish_line();
        for (const FileCheck& check : checks)
            fmt::print("{}/{} {}\n", id, check.name,
                       !check.complaint.empty() ? check.complaint
                       : check.has_digest       ? "is right"
                                                : "cannot be checked: its digest is not known");
        if (std::ranges::any_of(checks, [](const auto& check) { return !check.complaint.empty(); }))
            broken.push_back(id);
    }
    if (!broken.empty())
        throw Error(ErrorCode::mismatch,
                    fmt::format("not what the catalogue knows; {}", mend_of(broken, catalogue)),
                    fmt::format("{}", fmt::join(broken, ", ")));
}

// The file where there is one, else the folder.
void print_path(const std::string& id) {
    const std::vector<ModelEntry> catalogue = read_model_catalogue();
    const ModelEntry& entry = find_entry(catalogue, id);
    if (entry.built_in)
        throw Error(ErrorCode::usage, "is part of Diorama itself and has no file", id);
    if (state_of(entry) != ModelState::here)
        throw Error(ErrorCode::not_found, "is not on this machine", id);
    const auto folder = folder_of(entry);
    fmt::print("{}\n",
               (entry.files.size() == 1 ? folder / entry.files.front().name : folder).string());
}

void remove_models(const std::vector<std::string>& ids) {
    const std::vector<ModelEntry> catalogue = read_model_catalogue();
    for (const std::string& id : ids) (void)find_entry(catalogue, id);
    for (const std::string& id : ids) remove_model(find_entry(catalogue, id));
}

}  // namespace

FreeAction add_models(CLI::App& command, CommonFlags& common) {
    CLI::App* verb = command.add_subcommand("models", "Known networks: list them, fetch them");
    verb->require_subcommand(1);
    verb->footer(
        "  diorama models list --task depth\n"
        "  diorama models pull depth-anything-v2-small isnet\n"
        "  diorama popout cat.jpg -o cat.mp4 --depth-model depth-anything-v2-small "
        "--matte-model isnet\n\n"
        "`diorama models SUBCOMMAND --help` explains one.");

    struct Words {
        ListOptions list{};
        InfoOptions info{};
        PullOptions pull{};
        std::string id{};
        std::vector<std::string> ids{};
    };
    auto words = std::make_shared<Words>();
    const auto add_id = [&](CLI::App* sub) {
        sub->add_option("ID", words->id, "name of a model in the list")->required();
    };
    const auto add_ids = [&](CLI::App* sub) {
        return sub->add_option("ID", words->ids, "names of models in the list");
    };

    CLI::App* list = verb->add_subcommand("list", "Every model: task, size, licence, whether here");
    add_flags(*list, words->list, "Options");

    CLI::App* info = verb->add_subcommand("info", "All that is known of a model");
    add_id(info);
    add_flags(*info, words->info, "Options");

    CLI::App* pull = verb->add_subcommand("pull", "Fetches models, and checks them");
    add_ids(pull)->required();
    add_flags(*pull, words->pull, "Options");
    add_progress(*pull, common);
    pull->footer(
        "What was interrupted goes on where it stopped. DIORAMA_MODEL_MIRROR=ADDRESS fetches\n"
        "ADDRESS/ID/FILE instead; DIORAMA_OFFLINE=1 is --offline.");

    CLI::App* verify = verb->add_subcommand("verify", "Reads models that are here and checks them");
    add_ids(verify);
    add_progress(*verify, common);

    CLI::App* path = verb->add_subcommand("path", "Where a model is: its file, or its folder");
    add_id(path);

    CLI::App* remove = verb->add_subcommand("remove", "Deletes models from this machine");
    add_ids(remove)->required();

    return [=](Console& console) {
        if (list->parsed()) list_models(words->list);
        if (info->parsed()) show_model(words->id, words->info);
        if (pull->parsed()) pull_models(words->ids, words->pull, console);
        if (verify->parsed()) verify_models(words->ids, console);
        if (path->parsed()) print_path(words->id);
        if (remove->parsed()) remove_models(words->ids);
    };
}

}  // namespace diorama::cli
