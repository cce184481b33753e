#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "diorama/catalogue.h"
#include "diorama/error.h"
#include "inference/built_in.h"
#include "inference/interface.h"
#include "inference/model_store.h"

namespace diorama {
namespace fs = std::filesystem;
namespace inference {
namespace {

bool is_there(const fs::path& path) {
    std::error_code reason;
    return fs::exists(path, reason);
}

bool looks_like_file(const std::string& text) {
    const fs::path path(text);
    return text.find('/') != std::string::npos || path.extension() == ".onnx" ||
           path.extension() == ".json";
}

// "NAME=FILE", cut in two.
struct OwnFile {
    std::string id{};
    std::string file{};
};

OwnFile read_own_file(const std::string& text, std::size_t equals) {
    OwnFile own{.id = text.substr(0, equals), .file = text.substr(equals + 1)};
    if (own.id.empty())
        throw Error(ErrorCode::usage, "no model is named before '='; write NAME=FILE", text);
    if (own.file.empty())
        throw Error(ErrorCode::usage, "no file is named after '='; write NAME=FILE", text);
    return own;
}

ModelInterface interface_of(const ModelEntry& entry, const fs::path& folder) {
    if (entry.interface_block.empty())
        throw Error(ErrorCode::unsupported,
                    "the catalogue has no interface block for it; name a file that has one beside "
                    "it (docs/models.md)",
                    entry.id);
    return parse_interface(entry.interface_block, entry.id, folder);
}

ModelInterface find_pulled(const ModelEntry& entry, const RunContext& run) {
    if (entry.built_in) {
        ModelInterface interface = interface_of(entry, {});
        interface.file = built_in_path(entry.files.front().name);
        return interface;
    }
    ModelInterface interface = interface_of(entry, folder_of(entry));
    const ModelState state = state_of(entry);
    if (state == ModelState::here) {
        check_before_use(entry, run);
        return interface;
    }
    if (state == ModelState::file_only)
        throw Error(ErrorCode::not_found,
                    fmt::format("cannot be pulled; name your own file as {}=PATH "
                                "(`diorama models info {}` tells where it comes from)",
                                entry.id, entry.id),
                    entry.id);
    const std::int64_t size = entry.size_bytes();
    throw Error(ErrorCode::not_found,
                fmt::format("is not on this machine yet; run: diorama models pull {}{} ({}{})",
                            entry.id, entry.license.permissive ? "" : " --accept-license",
                            size > 0 ? describe_size(size) + ", " : "", entry.license.id),
                entry.id);
}

void warn_of_other_size(const fs::path& path, const ModelFile& file, const RunContext& run) {
    std::error_code reason;
    const auto size = fs::file_size(path, reason);
    if (!reason && file.size_bytes > 0 && size != static_cast<std::uintmax_t>(file.size_bytes))
        run.warn(
            fmt::format("{}: has {} bytes, and the catalogue knows it with {}; is it the same "
                        "model?",
                        path.string(), size, file.size_bytes));
}

// The entry's interface with the user's own file, or with a folder that has its files.
ModelInterface find_own(const ModelEntry& entry, const fs::path& path, const RunContext& run) {
    if (!is_there(path)) throw Error(ErrorCode::not_found, "no such file", path.string());
    std::error_code reason;
    if (fs::is_directory(path, reason)) {
        for (const ModelFile& file : entry.files) {
            if (!is_there(path / file.name))
                throw Error(
                    ErrorCode::not_found,
                    fmt::format("this folder lacks {}, which {} needs", file.name, entry.id),
                    path.string());
            warn_of_other_size(path / file.name, file, run);
        }
        return interface_of(entry, path);
    }
    ModelInterface interface = interface_of(entry, {});
    if (interface.file.empty() || entry.files.size() > 1)
        throw Error(ErrorCode::usage,
                    fmt::format("{} has {} files; name the folder that they are in", entry.id,
                                entry.files.size()),
                    path.string());
    warn_of_other_size(path, entry.files.front(), run);
    interface.file = path;
    return interface;
}

ModelInterface find_interface(const std::string& text, const RunContext& run) {
    const std::size_t equals = text.find('=');
    const bool is_own = equals != std::string::npos && !is_there(text);
    if (!is_own && looks_like_file(text)) return read_model_interface(text);
    const std::vector<ModelEntry> catalogue = read_model_catalogue();
    if (is_own) {
        const OwnFile own = read_own_file(text, equals);
        return find_own(find_entry(catalogue, own.id), own.file, run);
    }
    const bool is_id = std::ranges::find(catalogue, text, &ModelEntry::id) != catalogue.end();
    if (!is_id && is_there(text)) return read_model_interface(text);
    return find_pulled(find_entry(catalogue, text), run);
}

}  // namespace
}  // namespace inference

ModelInterface find_model(const std::string& text, const std::vector<ModelTask>& tasks,
                          const RunContext& run) {
    ModelInterface interface = inference::find_interface(text, run);
    if (std::ranges::find(tasks, interface.task) != tasks.end()) return interface;
    std::vector<std::string_view> wanted;
    for (const ModelTask task : tasks) wanted.push_back(inference::name_of(task));
    throw Error(ErrorCode::mismatch,
                fmt::format("is a model for {}, and one for {} is needed here",
                            inference::name_of(interface.task), fmt::join(wanted, " or ")),
                text);
}

}  // namespace diorama
