#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <exception>

#include "diorama/job_summary.h"
#include "diorama/run.h"

namespace diorama {

// The memory that work takes, in a process of its own; not a number where it fails. To be called
// before this process begins threads: a child has none of them, but would wait for what they hold.
template <class Work>
double peak_gigabytes_of(const Work& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            work();
        } catch (const std::exception& error) {
            fmt::print(stderr, "{}\n", error.what());
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    rusage usage{};
    ::wait4(child, &status, 0, &usage);
    return status == 0 ? static_cast<double>(usage.ru_maxrss) / 1e6 : NAN;
}

template <class Job>
double peak_gigabytes(const Job& job) {
    return peak_gigabytes_of([&] { (void)run_job(job, {}, RunMode::run); });
}

}  // namespace diorama
