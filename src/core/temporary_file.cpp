#include "core/temporary_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <system_error>
#include <utility>

#include "diorama/error.h"

namespace diorama::core {
namespace fs = std::filesystem;

void require_writable(const fs::path& file) {
    std::error_code ignored;
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

TemporaryFile::TemporaryFile(fs::path target) : target_(std::move(target)) {
    require_writable(target_);
    static std::atomic<int> counter{0};
    path_ = target_.parent_path() / fmt::format(".{}.{}-{}{}", target_.stem().string(), ::getpid(),
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
