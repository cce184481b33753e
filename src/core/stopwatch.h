#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <chrono>
#include <vector>

#include "core/quantile.h"

namespace diorama::core {

// Seconds that a call takes.
template <class Call>
double seconds_of(const Call& call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The medians of two calls, timed in turns so that a busy machine slows both alike.
struct Pair {
    double first_s = 0;
    double second_s = 0;
};
template <class First, class Second>
Pair time_in_turns(int rounds, const First& first, const Second& second) {
    std::vector<double> a;
    std::vector<double> b;
    for (int i = 0; i < rounds; ++i) {
        a.push_back(seconds_of(first));
        b.push_back(seconds_of(second));
    }
    return {median(a), median(b)};
}

}  // namespace diorama::core
