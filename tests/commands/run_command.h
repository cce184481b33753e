#pragma once  // SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace diorama::tests {

struct CommandResult {
    int status = -1;  // exit status, or 128 + the signal that ended it
    std::string out;
    std::string err;
    // The lines of `err`, without the empty ones.
    [[nodiscard]] std::vector<std::string> error_lines() const;
};

// Runs the diorama command with these arguments in a folder and waits for its end. With
// `interrupt_when` it is sent the signal as soon as that holds.
CommandResult run_command(const std::filesystem::path& folder,
                          const std::vector<std::string>& arguments,
                          const std::function<bool()>& interrupt_when = {}, int signal = SIGINT);

// Holds once so much time has gone by.
std::function<bool()> after(std::chrono::milliseconds time);

}  // namespace diorama::tests
