#include "inference/model_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "diorama/error.h"
#include "inference/digest.h"

namespace diorama {
namespace fs = std::filesystem;
namespace inference {
namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

std::optional<fs::path> find_cache_folder() {
    // A relative one is to be ignored, says the XDG specification.
    if (const fs::path cache = environment("XDG_CACHE_HOME"); cache.is_absolute())
        return cache / "diorama";
    const std::string home = environment("HOME");
    if (home.empty()) return std::nullopt;
    return fs::path(home) / ".cache/diorama";
}

fs::path cache_folder() {
    if (const auto folder = find_cache_folder()) return *folder;
    throw Error(ErrorCode::unwritable, "no folder for models: set XDG_CACHE_HOME or HOME");
}

void make_folder(const fs::path& folder) {
    std::error_code reason;
    fs::create_directories(folder, reason);
    if (reason) throw Error(ErrorCode::unwritable, reason.message(), folder.string());
}

// -1 where there is no such file.
std::int64_t size_of(const fs::path& file) {
    std::error_code reason;
    const auto size = fs::file_size(file, reason);
    return reason ? -1 : static_cast<std::int64_t>(size);
}

// No name in a catalogue begins with a dot.
fs::path stamp_path(const fs::path& path) {
    return path.parent_path() / fmt::format(".{}.verified", path.filename().string());
}

// What a file was like when its digest was found right.
std::string stamp_of(const fs::path& path, const ModelFile& file) {
    std::error_code reason;
    const auto time = fs::last_write_time(path, reason).time_since_epoch().count();
    return fmt::format("{} {} {}", file.sha256, size_of(path), time);
}

// A stamp that cannot be written costs another reading of the file, no more.
void stamp(const fs::path& path, const ModelFile& file) {
    std::ofstream(stamp_path(path)) << stamp_of(path, file);
}

bool is_stamped(const fs::path& path, const ModelFile& file) {
    std::ifstream in(stamp_path(path));
    const std::string found(std::istreambuf_iterator<char>(in), {});
    return !file.sha256.empty() && size_of(path) >= 0 && found == stamp_of(path, file);
}

// A file whose digest nobody knows may be anything, and so may one of unknown size until it is
// read.
bool seems_right(const fs::path& path, const ModelFile& file) {
    if (file.sha256.empty()) return false;
    return file.size_bytes > 0 ? size_of(path) == file.size_bytes : is_stamped(path, file);
}

std::string complaint_about(const fs::path& path, const ModelFile& file, const RunContext& run) {
    const std::int64_t size = size_of(path);
    if (size < 0) return "is missing";
    if (file.size_bytes > 0 && size != file.size_bytes)
        return fmt::format("has {} bytes instead of {}", size, file.size_bytes);
    if (file.sha256.empty()) return {};
    const std::string found = sha256_of(path, run);
    if (found == file.sha256) {
        stamp(path, file);
        return {};
    }
    std::error_code reason;
    fs::remove(stamp_path(path), reason);
    return fmt::format("has the SHA-256 {} instead of {}", found, file.sha256);
}

// The mirror's where there is one, else the catalogue's; empty where neither is known.
std::string address_of(const ModelEntry& entry, const ModelFile& file) {
    std::string mirror = environment("DIORAMA_MODEL_MIRROR");
    if (mirror.empty()) return file.address;
    while (mirror.ends_with('/')) mirror.pop_back();
    return fmt::format("{}/{}/{}", mirror, entry.id, file.name);
}

void check_license(const ModelEntry& entry, const PullOptions& options) {
    if (entry.license.permissive || options.accept_license) return;
    throw Error(ErrorCode::usage,
                fmt::format("its licence is {} ({}): {}; --accept-license accepts it",
                            entry.license.id, entry.license.meaning, entry.license.address),
                entry.id);
}

void check_pullable(const ModelEntry& entry) {
    if (entry.can_be_pulled()) return;
    const bool lacks_address = std::ranges::any_of(
        entry.files, [&](const ModelFile& file) { return address_of(entry, file).empty(); });
    throw Error(ErrorCode::unsupported,
                fmt::format("cannot be pulled, since {}; fetch it by hand{} and name it as {}=PATH",
                            lacks_address ? "nobody is known to offer its files one by one"
                                          : "the digest of its files is not known",
                            entry.page.empty() ? "" : fmt::format(" ({})", entry.page), entry.id),
                entry.id);
}

void refuse_built_in(const ModelEntry& entry) {
    if (entry.built_in)
        throw Error(ErrorCode::usage, "is part of Diorama itself and has no file", entry.id);
}

void check_space(const fs::path& folder, std::int64_t needed_bytes, const std::string& title) {
    std::error_code reason;
    const fs::space_info space = fs::space(folder, reason);
    if (reason || needed_bytes <= 0 || space.available >= static_cast<std::uintmax_t>(needed_bytes))
        return;
    throw Error(
        ErrorCode::unwritable,
        fmt::format("{} are needed in {} and {} are free; free some, or name another folder "
                    "by XDG_CACHE_HOME",
                    describe_size(needed_bytes), folder.string(),
                    describe_size(static_cast<std::int64_t>(space.available))),
        title);
}

void pull_file(const ModelEntry& entry, const ModelFile& file, const PullOptions& options,
               const DownloadLimits& limits, const RunContext& run) {
    const fs::path target = folder_of(entry) / file.name;
    if (complaint_about(target, file, run).empty()) return;
    const Download what{.title = fmt::format("{}/{}", entry.id, file.name),
                        .address = address_of(entry, file),
                        .size_bytes = file.size_bytes,
                        .sha256 = file.sha256};
    if (options.offline ||
        !(environment("DIORAMA_OFFLINE").empty() || environment("DIORAMA_OFFLINE") == "0"))
        throw Error(ErrorCode::network,
                    fmt::format("is not on this machine, and this is offline mode; without "
                                "--offline and DIORAMA_OFFLINE it comes from {}",
                                without_login(what.address)),
                    what.title);

    const fs::path partial = partial_path(file);
    make_folder(partial.parent_path());
    PartialFile part(partial, run);
    // Another program may have brought it while this one waited.
    if (complaint_about(target, file, run).empty()) return;
    check_space(partial.parent_path(), file.size_bytes - part.size_bytes(), what.title);
    download(what, part, limits, run);
    make_folder(target.parent_path());
    part.move_to(target);
    stamp(target, file);
}

}  // namespace

fs::path partial_path(const ModelFile& file) {
    return cache_folder() / "partial" / file.sha256;
}

void pull_model(const ModelEntry& entry, const PullOptions& options, const DownloadLimits& limits,
                const RunContext& run) {
    check_pull(entry, options);
    for (const ModelFile& file : entry.files) pull_file(entry, file, options, limits, run);
}

void check_before_use(const ModelEntry& entry, const RunContext& run) {
    for (const ModelFile& file : entry.files) {
        const fs::path path = folder_of(entry) / file.name;
        if (is_stamped(path, file)) continue;
        if (const std::string complaint = complaint_about(path, file, run); !complaint.empty())
            throw Error(ErrorCode::mismatch,
                        fmt::format("{}; {}", complaint,
                                    entry.can_be_pulled()
                                        ? fmt::format("run: diorama models pull {}", entry.id)
                                        : "put the right file there"),
                        path.string());
    }
}

}  // namespace inference

bool ModelEntry::can_be_pulled() const {
    return std::ranges::all_of(files, [&](const ModelFile& file) {
        return !file.sha256.empty() && !inference::address_of(*this, file).empty();
    });
}

const std::vector<Field<PullOptions>>& PullOptions::fields() {
    static const std::vector<Field<PullOptions>> list{
        field("accept-license", &PullOptions::accept_license,
              "pull models whose licence is not permissive, too"),
        field("offline", &PullOptions::offline, "open no connection: what is missing is an error"),
    };
    return list;
}

std::string describe_size(std::int64_t size_bytes) {
    if (size_bytes == 0) return "?";
    const auto size = static_cast<double>(size_bytes);
    if (size < 1e3) return fmt::format("{} bytes", size_bytes);
    if (size < 999.5e3) return fmt::format("{:.3g} kB", size / 1e3);
    if (size < 999.5e6) return fmt::format("{:.3g} MB", size / 1e6);
    return fmt::format("{:.3g} GB", size / 1e9);
}

fs::path folder_of(const ModelEntry& entry) {
    return inference::cache_folder() / "models" / entry.id;
}

ModelState state_of(const ModelEntry& entry) {
    if (entry.built_in) return ModelState::built_in;
    const ModelState absent = entry.can_be_pulled() ? ModelState::not_here : ModelState::file_only;
    if (!inference::find_cache_folder()) return absent;
    const fs::path folder = folder_of(entry);
    const auto is_here = [&](const ModelFile& file) {
        return inference::seems_right(folder / file.name, file);
    };
    const auto has_begun = [&](const ModelFile& file) {
        return !file.sha256.empty() && inference::size_of(inference::partial_path(file)) > 0;
    };
    if (std::ranges::all_of(entry.files, is_here)) return ModelState::here;
    if (absent == ModelState::file_only) return absent;
    if (std::ranges::any_of(entry.files, is_here) || std::ranges::any_of(entry.files, has_begun))
        return ModelState::in_part;
    return absent;
}

void check_pull(const ModelEntry& entry, const PullOptions& options) {
    inference::refuse_built_in(entry);
    inference::check_pullable(entry);
    inference::check_license(entry, options);
}

void pull_model(const ModelEntry& entry, const PullOptions& options, const RunContext& run) {
    inference::pull_model(entry, options, inference::DownloadLimits{}, run);
}

std::vector<FileCheck> verify_model(const ModelEntry& entry, const RunContext& run) {
    inference::refuse_built_in(entry);
    std::vector<FileCheck> checks;
    for (const ModelFile& file : entry.files) {
        run.progress(fmt::format("{}/{}", entry.id, file.name), 0, 0);
        checks.push_back(
            {.name = file.name,
             .complaint = inference::complaint_about(folder_of(entry) / file.name, file, run),
             .has_digest = !file.sha256.empty()});
    }
    return checks;
}

void remove_model(const ModelEntry& entry) {
    inference::refuse_built_in(entry);
    std::error_code reason;
    for (const ModelFile& file : entry.files) {
        fs::remove(folder_of(entry) / file.name, reason);
        if (reason)
            throw Error(ErrorCode::unwritable, reason.message(),
                        (folder_of(entry) / file.name).string());
        fs::remove(inference::stamp_path(folder_of(entry) / file.name), reason);
        if (!file.sha256.empty()) inference::PartialFile::discard(inference::partial_path(file));
    }
    fs::remove(folder_of(entry), reason);  // stays where the user has put files of his own there
}

}  // namespace diorama
