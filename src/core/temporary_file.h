#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <filesystem>
#include <string>

namespace diorama::core {

// Throws Error: unwritable, in one clear line, if `file` cannot be made: its folder is missing or
// read-only, or the path is a folder. Called before long work begins.
void require_writable(const std::filesystem::path& file);

// The ending in lower case, with its dot: ".png" of "A.PNG".
[[nodiscard]] std::string ending_of(const std::filesystem::path& file);

// What was written to a file, or renamed in a folder, is on the disk even where the power fails
// now. Throws Error: unwritable.
void make_durable(const std::filesystem::path& path);

// A file that is written beside its target and renamed onto it when it is whole. Destroyed without
// commit(), it disappears and the target stays as it was.
class TemporaryFile {
 public:
    explicit TemporaryFile(std::filesystem::path target);  // Throws Error as require_writable.
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    // Where to write: same folder, same ending, hidden name.
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    // Throws Error: unwritable.
    void commit();

 private:
    std::filesystem::path target_;
    std::filesystem::path path_;
    bool committed_ = false;
};

}  // namespace diorama::core
