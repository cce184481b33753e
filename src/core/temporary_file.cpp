#include "core/temporary_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <random>
#include <system_error>
#include <utility>

#include "diorama/error.h"

namespace diorama::core {
namespace fs = std::filesystem;

void require_writable(const fs::path& file) {
    std::error_code ignored;
    constexpr std::size_t kLongestName = 255;
    if (file.filename().string().size() > kLongestName)
        throw Error(ErrorCode::unwritable, "has a name that is too long", file.string());
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    if (!fs::exists(folder, ignored))
        throw Error(ErrorCode::unwritable,
                    fmt::format("its folder does not exist; make '{}' first", folder.string()),
                    file.string());
    if (!fs::is_directory(folder, ignored))
        throw Error(ErrorCode::unwritable, fmt::format("'{}' is no folder", folder.string()),
                    file.string());
    if (fs::is_directory(file, ignored))
        throw Error(ErrorCode::unwritable, "is a folder; name a file in it", file.string());
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        throw Error(ErrorCode::unwritable,
                    fmt::format("no right to write in '{}'", folder.string()), file.string());
}

std::string ending_of(const fs::path& file) {
    std::string ending = file.extension().string();
    for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return ending;
}

void make_durable(const fs::path& path) {
    const auto refuse = [&](const char* what) {
        throw Error(ErrorCode::unwritable, fmt::format("{}: {}", what, std::strerror(errno)),
                    path.string());
    };
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) refuse("cannot be opened");
    const bool done = ::fsync(descriptor) == 0 || errno == EINVAL;  // some kinds of file cannot
    const int reason = errno;
    ::close(descriptor);
    errno = reason;
    if (!done) refuse("cannot be written to the disk");
}

TemporaryFile::TemporaryFile(fs::path target) : target_(std::move(target)) {
    require_writable(target_);
    static std::atomic<int> counter{0};
    // Processes of several machines or containers have the same numbers and may share a folder.
    static const unsigned chance = std::random_device{}();
    path_ = target_.parent_path() / fmt::format(".diorama-{}-{:08x}-{}{}", ::getpid(), chance,
                                                counter++, target_.extension().string());
}

TemporaryFile::~TemporaryFile() {
    std::error_code ignored;
    if (!committed_) fs::remove(path_, ignored);
}

void TemporaryFile::commit() {
    std::error_code failure;
    fs::rename(path_, target_, failure);
    if (failure)
        throw Error(ErrorCode::unwritable, "could not be put in place: " + failure.message(),
                    target_.string());
    committed_ = true;
}

}  // namespace diorama::core
