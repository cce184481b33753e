#include "inference/catalogue.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>
#include <utility>

#include "diorama/error.h"
#include "inference/built_in.h"
#include "inference/digest.h"
#include "inference/interface.h"
#include "inference/json_reader.h"

namespace diorama {
namespace inference {
namespace {

struct KnownLicense {
    std::string_view id;
    bool permissive = false;
    std::string_view meaning;
};

constexpr KnownLicense kLicenses[] = {
    {"Apache-2.0", true, "free for any use; keep the notice"},
    {"MIT", true, "free for any use; keep the notice"},
    {"BSD-2-Clause", true, "free for any use; keep the notice"},
    {"BSD-3-Clause", true, "free for any use; keep the notice"},
    {"ISC", true, "free for any use; keep the notice"},
    {"CC0-1.0", true, "free for any use"},
    {"CC-BY-4.0", true, "free for any use; name the authors"},
    {"CC-BY-NC-4.0", false, "not for commercial use; name the authors"},
    {"CC-BY-NC-SA-4.0", false, "not for commercial use; name the authors, share alike"},
    {"LicenseRef-BRIA-RMBG-1.4", false, "not for commercial use without BRIA's agreement"},
    {"LicenseRef-SAM", false,
     "commercial use allowed; not for weapons or espionage; pass the licence on"},
};

constexpr const KnownLicense* find_license(std::string_view id) {
    const auto* found = std::ranges::find(kLicenses, id, &KnownLicense::id);
    return found == std::end(kLicenses) ? nullptr : found;
}

// Ids and names become folders and files, so that nothing may lead out of their folder.
bool is_plain_name(std::string_view text, std::string_view more) {
    const auto is_plain = [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               more.find(c) != std::string_view::npos;
    };
    return !text.empty() && text.front() != '.' && text.front() != '-' &&
           std::ranges::all_of(text, is_plain);
}

std::string read_id(ObjectReader& reader) {
    std::string id = reader.text("id");
    if (!is_plain_name(id, "-."))
        reader.fail("id", fmt::format("is '{}'; lower-case letters, digits, dashes and dots may "
                                      "stand there",
                                      id));
    return id;
}

std::string read_address(ObjectReader& reader, std::string_view key) {
    std::string address = reader.optional_text(key);
    if (!address.empty() && !address.starts_with("https://") && !address.starts_with("http://"))
        reader.fail(reader.path_of(key), fmt::format("is '{}', which is no address", address));
    return address;
}

ModelFile read_file(ObjectReader& reader) {
    ModelFile file;
    file.name = reader.text("name");
    if (!is_plain_name(file.name, "-._ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        reader.fail(reader.path_of("name"),
                    fmt::format("is '{}'; it must be the plain name of a file", file.name));
    file.address = read_address(reader, "address");
    constexpr std::int64_t kLargestFile = 1'000'000'000'000;
    file.size_bytes = reader.whole_number("size_bytes", kLargestFile);
    file.sha256 = reader.optional_text("sha256");
    if (!file.sha256.empty() && !is_sha256(file.sha256))
        reader.fail(reader.path_of("sha256"), "must be 64 lower-case hex digits");
    return file;
}

ModelLicense read_license(ObjectReader reader) {
    ModelLicense license = describe_license(reader.text("id"));
    license.address = read_address(reader, "address");
    reader.finish();
    return license;
}

ModelFigure read_figure(ObjectReader& reader) {
    return {.name = reader.text("name"),
            .value = reader.text("value"),
            .source = reader.text("source")};
}

std::vector<std::filesystem::path> files_of(const ModelInterface& interface) {
    std::vector<std::filesystem::path> files;
    if (!interface.file.empty()) files.push_back(interface.file);
    for (const ModelVariant& variant : interface.variants) files.push_back(variant.file);
    for (const ModelPart& part : interface.parts) files.push_back(part.file);
    if (!interface.prompts.vocabulary.empty()) files.push_back(interface.prompts.vocabulary);
    return files;
}

// The files that an interface names are those of its entry.
void check_files(const ModelInterface& interface, const ModelEntry& entry, ObjectReader& reader) {
    for (const auto& file : files_of(interface))
        if (std::ranges::find(entry.files, file.string(), &ModelFile::name) == entry.files.end())
            reader.fail("interface",
                        fmt::format("names {}, which is not among 'files'", file.string()));
}

void read_interface(ObjectReader& reader, ModelEntry& entry, const std::string& context) {
    const nlohmann::json* block = reader.find("interface");
    if (!block) return;
    entry.interface_block = block->dump(4);
    const ModelInterface interface =
        parse_interface(entry.interface_block, context + ": interface", {});
    if (interface.task != entry.task)
        reader.fail("interface.task", fmt::format("is {}, but 'task' is {}",
                                                  name_of(interface.task), name_of(entry.task)));
    check_files(interface, entry, reader);
}

bool read_built_in(ObjectReader& reader, const ModelEntry& entry) {
    const nlohmann::json* found = reader.find("built_in");
    if (!found) return false;
    if (!found->is_boolean()) reader.fail("built_in", "must be true or false");
    if (*found && (entry.files.size() != 1 ||
                   built_in_bytes(built_in_path(entry.files.front().name)).empty()))
        reader.fail("built_in", "is true, but this library has no such file");
    return *found;
}

ModelEntry read_entry(const nlohmann::json& value, const std::string& context,
                      const std::string& place) {
    const JsonSource unnamed{"a catalogue entry", fmt::format("{}, {}", context, place)};
    ModelEntry entry;
    {
        ObjectReader reader(value, "", unnamed);
        entry.id = read_id(reader);
    }
    const JsonSource source{"a catalogue entry", fmt::format("{}, {}", context, entry.id)};
    ObjectReader reader(value, "", source);
    reader.require("id");
    entry.title = reader.text("title");
    entry.task = reader.word("task", kChoices<ModelTask>);
    entry.good_for = reader.text("good_for");
    entry.page = read_address(reader, "page");
    entry.note = reader.optional_text("note");
    entry.license = read_license(reader.object("license"));
    reader.each_object("files", [&](ObjectReader& item) {
        ModelFile file = read_file(item);
        if (std::ranges::find(entry.files, file.name, &ModelFile::name) != entry.files.end())
            item.fail(item.path_of("name"), fmt::format("names {} twice", file.name));
        entry.files.push_back(std::move(file));
    });
    if (reader.find("figures"))
        reader.each_object("figures",
                           [&](ObjectReader& item) { entry.figures.push_back(read_figure(item)); });
    entry.built_in = read_built_in(reader, entry);
    read_interface(reader, entry, source.context);
    reader.finish();
    return entry;
}

std::string read_text(const std::string& file) {
    std::error_code reason;
    if (std::filesystem::is_directory(file, reason))
        throw Error(ErrorCode::unreadable, "is a folder, no catalogue (DIORAMA_MODEL_CATALOG)",
                    file);
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) throw Error(ErrorCode::not_found, "no such catalogue (DIORAMA_MODEL_CATALOG)", file);
    return text.str();
}

// How many letters one must add, drop or change to get from one word to the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({change, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

// Ids that a slip of the pen, or the beginning of the id alone, may have meant.
std::vector<std::string_view> nearest_ids(const std::vector<ModelEntry>& catalogue,
                                          std::string_view id) {
    std::vector<std::pair<std::size_t, std::string_view>> near;
    for (const ModelEntry& entry : catalogue) {
        const std::size_t distance = entry.id.starts_with(id) ? 0 : edit_distance(id, entry.id);
        if (distance <= std::max<std::size_t>(2, id.size() / 3))
            near.emplace_back(distance, entry.id);
    }
    std::ranges::stable_sort(near, {}, &std::pair<std::size_t, std::string_view>::first);
    constexpr std::size_t kMost = 4;
    std::vector<std::string_view> ids;
    for (std::size_t n = 0; n < std::min(kMost, near.size()); ++n) ids.push_back(near[n].second);
    return ids;
}

}  // namespace

ModelLicense describe_license(const std::string& id) {
    if (const KnownLicense* known = find_license(id))
        return {.id = id, .meaning = std::string(known->meaning), .permissive = known->permissive};
    return {.id = id, .meaning = "read it before you use the model"};
}

bool is_known_license(std::string_view id) {
    return find_license(id) != nullptr;
}

std::vector<ModelEntry> parse_catalogue(std::string_view text, const std::string& context) {
    const JsonSource source{"the catalogue", context};
    const nlohmann::json root = parse_json(text, source);
    ObjectReader reader(root, "", source);
    const nlohmann::json& models = reader.require("models");
    reader.finish();
    if (!models.is_array()) reader.fail("models", "must be a list of objects");
    std::vector<ModelEntry> entries;
    for (std::size_t n = 0; n < models.size(); ++n) {
        ModelEntry entry = read_entry(models[n], context, fmt::format("models[{}]", n));
        if (std::ranges::find(entries, entry.id, &ModelEntry::id) != entries.end())
            reader.fail("models", fmt::format("has two entries with the id '{}'", entry.id));
        entries.push_back(std::move(entry));
    }
    return entries;
}

}  // namespace inference

std::int64_t ModelEntry::size_bytes() const {
    if (built_in)
        return static_cast<std::int64_t>(
            inference::built_in_bytes(inference::built_in_path(files.front().name)).size());
    std::int64_t sum = 0;
    for (const ModelFile& file : files) {
        if (file.size_bytes == 0) return 0;
        sum += file.size_bytes;
    }
    return sum;
}

std::vector<ModelEntry> read_model_catalogue() {
    std::vector<ModelEntry> catalogue =
        inference::parse_catalogue(inference::kCatalogJson, "models/catalog.json");
    const char* file = std::getenv("DIORAMA_MODEL_CATALOG");
    if (file == nullptr || *file == '\0') return catalogue;
    for (ModelEntry& entry : inference::parse_catalogue(inference::read_text(file), file)) {
        const auto known = std::ranges::find(catalogue, entry.id, &ModelEntry::id);
        if (known == catalogue.end())
            catalogue.push_back(std::move(entry));
        else
            *known = std::move(entry);
    }
    return catalogue;
}

const ModelEntry& find_entry(const std::vector<ModelEntry>& catalogue, std::string_view id) {
    const auto found = std::ranges::find(catalogue, id, &ModelEntry::id);
    if (found != catalogue.end()) return *found;
    const auto near = inference::nearest_ids(catalogue, id);
    throw Error(ErrorCode::usage,
                near.empty() ? "no model of the catalogue; `diorama models list` shows them"
                             : fmt::format("no model of the catalogue; did you mean {}?",
                                           fmt::join(near, " or ")),
                std::string(id));
}

}  // namespace diorama
