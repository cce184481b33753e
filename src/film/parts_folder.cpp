#include "film/parts_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/temporary_file.h"
#include "diorama/error.h"
#include "film/work_json.h"

namespace diorama::film {
namespace {

namespace fs = std::filesystem;

// Of the way in which parts are made; another number begins anew.
constexpr int kVersion = 2;
constexpr const char* kPlanFile = "plan.json";

[[noreturn]] void refuse(const fs::path& file, const char* what) {
    throw Error(ErrorCode::unwritable, fmt::format("{}: {}", what, std::strerror(errno)),
                file.string());
}

bool is_journal(const fs::path& file) {
    return file.extension() == ".jsonl";
}

}  // namespace

fs::path PartsFolder::beside(const fs::path& film) {
    return film.parent_path() / fmt::format(".{}.parts", film.filename().string());
}

PartsFolder::PartsFolder(const fs::path& film, const Identity& identity, const Share& share,
                         const RunContext& run)
    : folder_(beside(film)), identity_(identity), output_{.file = film} {
    identity_["this version of diorama"] = std::to_string(kVersion);
    const Identity wanted = identity_;
    std::error_code failure;
    fs::create_directory(folder_, failure);
    if (failure)
        throw Error(ErrorCode::unwritable,
                    fmt::format("no folder for finished segments can be made beside it: {}",
                                failure.message()),
                    film.string());
    open_journal(share, run);
    try {
        read_plan();
    } catch (const Error&) {
        plan_.reset();  // cut off or not ours: begun anew
    }
    if (!plan_) {
        identity_ = wanted;
        return;
    }
    if (const std::string changed = differences(identity_, wanted); !changed.empty()) {
        run.warn(
            fmt::format("{}: begun anew, since something has changed: {}", film.string(), changed));
        require_alone();
        // Whatever moment it is stopped at, no journal tells of parts that are gone.
        for (const auto& entry : fs::directory_iterator(folder_))
            if (is_journal(entry.path())) fs::resize_file(entry.path(), 0);
        for (const auto& entry : fs::directory_iterator(folder_))
            if (!is_journal(entry.path())) fs::remove_all(entry.path());
        plan_.reset();
        identity_ = wanted;
        return;
    }
    refresh();
    if (finished() > 0)
        run.warn(fmt::format("{}: goes on after {} of {} segments that were made before",
                             film.string(), finished(), finished_.size()));
}

PartsFolder::PartsFolder(const fs::path& film) : folder_(beside(film)), output_{.file = film} {
    if (!fs::is_directory(folder_))
        throw Error(ErrorCode::not_found,
                    fmt::format("no finished segments lie beside it, in {}", folder_.string()),
                    film.string());
    read_plan();
    if (!plan_)
        throw Error(ErrorCode::not_found, "holds no plan of a film; was a share of it begun?",
                    folder_.string());
    refresh();
}

PartsFolder::~PartsFolder() {
    if (journal_ >= 0) ::close(journal_);
}

// Throws where another share is at work in the folder.
void PartsFolder::require_alone() const {
    for (const auto& entry : fs::directory_iterator(folder_)) {
        if (!is_journal(entry.path()) || entry.path() == journal_file_) continue;
        const int other = ::open(entry.path().c_str(), O_WRONLY | O_CLOEXEC);
        const bool is_held =
            other >= 0 && ::flock(other, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
        if (other >= 0) ::close(other);
        if (is_held)
            throw Error(ErrorCode::usage,
                        "is being made with other options by another share; let that end first",
                        output_.file.string());
    }
}

void PartsFolder::open_journal(const Share& share, const RunContext& run) {
    journal_file_ =
        folder_ / (share.of == 1 ? std::string("journal.jsonl")
                                 : fmt::format("journal_{}_of_{}.jsonl", share.number, share.of));
    journal_ = ::open(journal_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (journal_ < 0) refuse(output_.file, "the journal of its segments cannot be made");
    if (::flock(journal_, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            throw Error(ErrorCode::usage, "is being made already, by another process",
                        output_.file.string());
        run.warn(
            fmt::format("{}: its folder knows no locks ({}), so see to it that no other "
                        "command makes the same",
                        output_.file.string(), std::strerror(errno)));
    }
    // A line that a crash cut off stays by itself.
    if (::lseek(journal_, 0, SEEK_END) > 0 && ::write(journal_, "\n", 1) != 1)
        refuse(output_.file, "the journal of its segments cannot be written");
}

void PartsFolder::read_plan() {
    std::ifstream stream(folder_ / kPlanFile);
    if (!stream) return;
    try {
        const auto json = nlohmann::json::parse(stream);
        identity_ = json.at("of").get<Identity>();
        plan_ = plan_from(json.at("plan"));
        excerpt_ = excerpt_from(json.at("excerpt"));
        output_.format = format_from(json.at("format"));
        if (const auto& side = json.at("side"); !side.is_null())
            side_ = {side.at("file").get<std::string>(), format_from(side.at("format"))};
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorCode::unreadable, "is damaged; remove the folder to begin anew",
                    (folder_ / kPlanFile).string());
    }
    finished_.assign(plan_->segments.size(), false);
}

void PartsFolder::keep(const Plan& plan, const Excerpt& excerpt, const SinkFormat& format,
                       const std::optional<Output>& side) {
    plan_ = plan;
    excerpt_ = excerpt;
    output_.format = format;
    side_ = side;
    if (side) fs::create_directory(side_pictures());
    finished_.assign(plan.segments.size(), false);
    nlohmann::json other;
    if (side)
        other = {{"file", fs::absolute(side->file).string()}, {"format", to_json(side->format)}};
    core::TemporaryFile temporary(folder_ / kPlanFile);
    std::ofstream stream(temporary.path());
    stream << nlohmann::json{{"of", identity_},
                             {"plan", to_json(plan)},
                             {"excerpt", to_json(excerpt)},
                             {"format", to_json(format)},
                             {"side", other}}
                  .dump()
           << "\n";
    if (!stream.flush()) refuse(output_.file, "the plan of its segments cannot be written");
    stream.close();
    core::make_durable(temporary.path());
    temporary.commit();
    core::make_durable(folder_);
}

bool PartsFolder::has(std::size_t segment) const {
    return finished_.at(segment);
}

std::size_t PartsFolder::finished() const {
    return static_cast<std::size_t>(std::ranges::count(finished_, true));
}

fs::path PartsFolder::part(std::size_t segment) const {
    return folder_ / fmt::format("part_{:05}", segment);
}

fs::path PartsFolder::side_part(std::size_t segment) const {
    return side_pictures() / fmt::format("part_{:05}", segment);
}

void PartsFolder::note_finished(std::size_t segment, const std::vector<fs::path>& files) {
    for (const fs::path& file : files) core::make_durable(file);
    core::make_durable(folder_);
    const std::string line = nlohmann::json{{"segment", segment}}.dump() + "\n";
    if (::write(journal_, line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
        ::fsync(journal_) != 0)
        refuse(output_.file, "the journal of its segments cannot be written");
    finished_.at(segment) = true;
}

void PartsFolder::refresh() {
    for (const auto& entry : fs::directory_iterator(folder_)) {
        if (!is_journal(entry.path())) continue;
        std::ifstream stream(entry.path());
        for (std::string line; std::getline(stream, line);) {
            const auto json = nlohmann::json::parse(line, nullptr, false);
            // The last line may be cut off; its segment is made once more.
            if (!json.is_object() || !json.contains("segment")) continue;
            const auto segment = json["segment"].get<std::size_t>();
            if (segment < finished_.size()) finished_[segment] = true;
        }
    }
    // A part that somebody removed is made once more.
    const auto require = [&](const fs::path& film, const auto& part_of) {
        if (output_kind(film) == OutputKind::sequence) return;
        for (std::size_t n = 0; n < finished_.size(); ++n)
            if (finished_[n] && !fs::exists(part_of(n))) finished_[n] = false;
    };
    require(output_.file, [&](std::size_t n) { return part(n); });
    if (side_) require(side_->file, [&](std::size_t n) { return side_part(n); });
}

void PartsFolder::remove() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_, ignored))
        if (is_journal(entry.path())) fs::remove(entry.path(), ignored);
    fs::remove_all(folder_, ignored);
}

}  // namespace diorama::film
