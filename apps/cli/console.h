#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <memory>
#include <string>

#include "diorama/jobs.h"
#include "diorama/run.h"

namespace diorama::cli {

enum class ProgressStyle { automatic, bar, json, none };

// Progress and warnings on standard error: a line that a person follows, or JSON lines for
// programs. Stops the job on Ctrl-C.
class Console {
 public:
    explicit Console(ProgressStyle style);
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

    [[nodiscard]] RunContext run() const;
    // Ends the line of progress, so that other text can follow.
    void finish_line();

 private:
    struct State;
    std::shared_ptr<State> state_;
};

// What was done, for a person on standard error or as JSON on standard output.
enum class SummaryStyle { person, json };
void print_summary(const std::string& verb, const JobSummary& summary, RunMode mode,
                   SummaryStyle style);

}  // namespace diorama::cli
