#include "diorama/error.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace diorama {
namespace {

// Names and values come from anywhere, and the line must stay one.
std::string escape_controls(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f)
            line += fmt::format("\\x{:02x}", byte);
        else
            line += c;
    }
    return line;
}

}  // namespace

Error::Error(ErrorCode code, std::string message, std::string context)
    : code_(code), message_(std::move(message)), context_(std::move(context)) {
    line_ = escape_controls(context_.empty() ? message_ : context_ + ": " + message_);
}

int exit_status(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::usage:
            return 2;
        case ErrorCode::cancelled:
            return 130;
        default:
            return 1;
    }
}

}  // namespace diorama
