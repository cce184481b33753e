#include "run_command.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace diorama::tests {
namespace {

std::string read_all(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

[[noreturn]] void become_command(const std::filesystem::path& folder,
                                 const std::vector<std::string>& arguments,
                                 const std::filesystem::path& out,
                                 const std::filesystem::path& err) {
    std::vector<char*> argv{const_cast<char*>(DIORAMA_COMMAND)};
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    ::dup2(::open(out.c_str(), flags, 0600), STDOUT_FILENO);
    ::dup2(::open(err.c_str(), flags, 0600), STDERR_FILENO);
    if (::chdir(folder.c_str()) == 0) ::execv(argv[0], argv.data());
    ::_exit(127);
}

}  // namespace

std::vector<std::string> CommandResult::error_lines() const {
    std::vector<std::string> lines;
    std::istringstream text(err);
    for (std::string line; std::getline(text, line);)
        if (!line.empty()) lines.push_back(line);
    return lines;
}

CommandResult run_command(const std::filesystem::path& folder,
                          const std::vector<std::string>& arguments,
                          const std::function<bool()>& interrupt_when, int signal) {
    const auto name = "diorama-output-" + std::to_string(::getpid());
    const auto out = std::filesystem::temp_directory_path() / (name + ".out");
    const auto err = std::filesystem::temp_directory_path() / (name + ".err");
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) become_command(folder, arguments, out, err);
    int status = 0;
    bool interrupted = !interrupt_when;
    while (::waitpid(child, &status, interrupted ? 0 : WNOHANG) == 0) {
        interrupted = interrupt_when();
        if (interrupted) ::kill(child, signal);
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CommandResult result;
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    result.out = read_all(out);
    result.err = read_all(err);
    std::filesystem::remove(out);
    std::filesystem::remove(err);
    return result;
}

std::function<bool()> after(std::chrono::milliseconds time) {
    return [end = std::chrono::steady_clock::now() + time] {
        return std::chrono::steady_clock::now() >= end;
    };
}

}  // namespace diorama::tests
