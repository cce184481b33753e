#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/core/README.md

#include <exception>
#include <string>

#include "diorama/export.h"

namespace diorama {

enum class ErrorCode {
    usage,        // the caller's words make no sense: an unknown flag, a value out of its range
    not_found,    // a file or folder that is not there
    unreadable,   // a file that is there but broken, empty, or of another kind than it claims
    unsupported,  // a format, codec or model interface that this build cannot handle
    too_large,    // over a limit on pixels or bytes
    mismatch,     // two inputs that do not belong together, such as a matte of another size
    unwritable,   // an output that could not be written whole: no folder, no right, disk full
    model,        // a model that cannot be loaded or run
    device,       // a device that is not there
    network,      // a download: no connection, refused, or broken for good
    cancelled,    // the caller's stop token fired
};

// The one exception of the library. `what()` is one line: "context: message", where the context is
// the file, option or model that is wrong and the message says what is wrong and, where there is
// one, the mend.
class DIORAMA_API Error : public std::exception {
 public:
    Error(ErrorCode code, std::string message, std::string context = {});

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] const std::string& context() const noexcept { return context_; }
    [[nodiscard]] const char* what() const noexcept override { return line_.c_str(); }

 private:
    ErrorCode code_;
    std::string message_;
    std::string context_;
    std::string line_;
};

// The exit status of a command that ends with this error: 2 for usage, 130 for cancelled, else 1.
[[nodiscard]] DIORAMA_API int exit_status(ErrorCode code) noexcept;

}  // namespace diorama
