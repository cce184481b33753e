#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: src/core/README.md

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "diorama/export.h"

namespace diorama {

enum class ProgressUnit { steps, bytes };

struct Progress {
    std::string stage;       // what is being done, as a person would say it: "drawing frames"
    std::int64_t done = 0;   // steps finished
    std::int64_t total = 0;  // steps in all; 0 where nobody knows
    ProgressUnit unit = ProgressUnit::steps;
};

// What a long call needs from its caller besides its input. Cheap to copy; the callbacks may be
// called from any thread, one call at a time.
struct DIORAMA_API RunContext {
    int threads = 0;  // at most so many; 0: one a core
    std::stop_token stop{};
    std::function<void(const Progress&)> on_progress{};
    std::function<void(const std::string&)> on_warning{};

    void progress(std::string stage, std::int64_t done, std::int64_t total,
                  ProgressUnit unit = ProgressUnit::steps) const;
    void warn(const std::string& line) const;

    // Throws Error: cancelled, once the stop token has fired.
    void throw_if_stopped() const;

    [[nodiscard]] int thread_count() const noexcept;
};

}  // namespace diorama
