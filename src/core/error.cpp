#include "diorama/error.h"

#include <utility>

namespace diorama {

Error::Error(ErrorCode code, std::string message, std::string context)
    : code_(code), message_(std::move(message)), context_(std::move(context)) {
    line_ = context_.empty() ? message_ : context_ + ": " + message_;
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
