#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <chrono>
#include <string>
#include <utility>

#include "diorama/jobs.h"

namespace diorama::pipeline {

// Says what is being done and notes how long each stage took.
class Stages {
 public:
    Stages(const RunContext& run, JobSummary& summary) : run_(run), summary_(summary) {}
    ~Stages() { end(); }
    Stages(const Stages&) = delete;
    Stages& operator=(const Stages&) = delete;

    // Ends the stage before. Throws Error: cancelled.
    void begin(const std::string& name) {
        end();
        run_.throw_if_stopped();
        name_ = name;
        start_ = Clock::now();
        run_.progress(name, 0, 0);
    }
    void end() {
        if (name_.empty()) return;
        const std::chrono::duration<double> spent = Clock::now() - start_;
        summary_.seconds.emplace_back(std::exchange(name_, {}), spent.count());
    }

 private:
    using Clock = std::chrono::steady_clock;
    const RunContext& run_;
    JobSummary& summary_;
    std::string name_;
    Clock::time_point start_;
};

}  // namespace diorama::pipeline
