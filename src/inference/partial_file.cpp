#include "inference/partial_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/temporary_file.h"
#include "diorama/error.h"

namespace diorama::inference {
namespace fs = std::filesystem;
namespace {

// Whoever held the lock before may have moved or removed the file that was opened.
bool is_still_at(int file, const fs::path& path) {
    struct stat opened {};
    struct stat there {};
    return ::fstat(file, &opened) == 0 && ::stat(path.c_str(), &there) == 0 &&
           opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

// Whether a file, or a folder with the names in it, is on the disk.
bool flush(const fs::path& path) {
    const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (handle < 0) return false;
    const bool flushed = ::fsync(handle) == 0;
    ::close(handle);
    return flushed;
}

}  // namespace

PartialFile::PartialFile(fs::path path, const RunContext& run) : path_(std::move(path)) {
    try {
        open_locked(run);
        take_digest(run);
    } catch (...) {
        if (file_ >= 0) ::close(file_);
        throw;
    }
}

PartialFile::~PartialFile() {
    if (file_ < 0) return;
    if (size_bytes_ == 0) ::unlink(path_.c_str());
    ::close(file_);
}

void PartialFile::open_locked(const RunContext& run) {
    bool told = false;
    while (true) {
        file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (file_ < 0) fail(std::strerror(errno));
        while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
            if (errno != EWOULDBLOCK && errno != EINTR) fail(std::strerror(errno));
            if (!std::exchange(told, true))
                run.progress("waiting for another download of it", 0, 0);
            run.throw_if_stopped();
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        if (is_still_at(file_, path_)) return;
        ::close(std::exchange(file_, -1));
    }
}

void PartialFile::take_digest(const RunContext& run) {
    std::vector<char> block(1 << 20);
    while (true) {
        run.throw_if_stopped();
        const ssize_t count = ::read(file_, block.data(), block.size());
        if (count < 0) fail(std::strerror(errno));
        if (count == 0) return;
        digest_.add({block.data(), static_cast<std::size_t>(count)});
        size_bytes_ += count;
    }
}

void PartialFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(file_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            const int reason = errno;
            start_over();
            fail(fmt::format("{}; free some space, or name another folder by XDG_CACHE_HOME",
                             std::strerror(reason)));
        }
        digest_.add(bytes.substr(0, static_cast<std::size_t>(count)));
        size_bytes_ += count;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void PartialFile::start_over() {
    if (::ftruncate(file_, 0) != 0 || ::lseek(file_, 0, SEEK_SET) != 0) fail(std::strerror(errno));
    size_bytes_ = 0;
    digest_ = Sha256();
}

void PartialFile::move_to(const fs::path& target) {
    if (::fsync(file_) != 0) fail(std::strerror(errno));
    if (!is_still_at(file_, path_)) fail("was removed while it was fetched; fetch it again");
    std::error_code reason;
    fs::rename(path_, target, reason);
    if (reason == std::errc::cross_device_link)
        copy_to(target);
    else if (reason)
        throw Error(ErrorCode::unwritable, reason.message(), target.string());
    flush(target.parent_path());  // which not every file system can do
    ::close(std::exchange(file_, -1));
}

// Nothing can be renamed onto another file system.
void PartialFile::copy_to(const fs::path& target) {
    core::TemporaryFile copy(target);
    std::error_code reason;
    fs::copy_file(path_, copy.path(), reason);
    if (!reason && !flush(copy.path())) reason.assign(errno, std::generic_category());
    if (reason) throw Error(ErrorCode::unwritable, reason.message(), target.string());
    copy.commit();
    ::unlink(path_.c_str());
}

void PartialFile::discard(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    if (::flock(file, LOCK_EX | LOCK_NB) == 0 && is_still_at(file, path)) ::unlink(path.c_str());
    ::close(file);
}

void PartialFile::fail(const std::string& message) const {
    throw Error(ErrorCode::unwritable, message, path_.string());
}

}  // namespace diorama::inference
