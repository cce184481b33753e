#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "diorama/catalogue.h"
#include "diorama/error.h"
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
    std::error_code reason;
    return fs::is_regular_file(path, reason) || text.find('/') != std::string::npos ||
           path.extension() == ".onnx" || path.extension() == ".json";
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
    if (equals != std::string::npos && !is_there(text))
        return find_own(find_entry(read_model_catalogue(), text.substr(0, equals)),
                        text.substr(equals + 1), run);
    if (looks_like_file(text)) return read_model_interface(text);
    return find_pulled(find_entry(read_model_catalogue(), text), run);
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
