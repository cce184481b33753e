#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "diorama/run.h"
#include "inference/digest.h"

namespace diorama::inference {

// A file that is being fetched, perhaps over several runs of the program. While it is open it is
// locked, so that two programs that fetch the same file do so one after the other.
class PartialFile {
 public:
    // Opens what is there, or an empty file, and takes the digest of it. Waits while another
    // program holds it, and says so. Throws Error: unwritable, cancelled.
    PartialFile(std::filesystem::path path, const RunContext& run);
    // An empty file disappears; any other stays for the next time.
    ~PartialFile();
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::int64_t size_bytes() const { return size_bytes_; }
    [[nodiscard]] std::string sha256() const { return digest_.hex(); }

    // Throws Error: unwritable, having given back the space: a full disk is not left full.
    void append(std::string_view bytes);
    void start_over();
    // Moves the whole file to its place, where it either is or is not, whatever happens meanwhile.
    // Throws Error: unwritable, also where somebody has removed or replaced it.
    void move_to(const std::filesystem::path& target);

    // Removes what is there, unless a program holds it: that one's file stays.
    static void discard(const std::filesystem::path& path);

 private:
    void copy_to(const std::filesystem::path& target);
    void open_locked(const RunContext& run);
    void take_digest(const RunContext& run);
    [[noreturn]] void fail(const std::string& message) const;

    std::filesystem::path path_;
    int file_ = -1;
    std::int64_t size_bytes_ = 0;
    Sha256 digest_{};
};

}  // namespace diorama::inference
