#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

// Values by their rank. There must be one, and they are left in another order.

#include <algorithm>
#include <cstddef>
#include <vector>

namespace diorama::core {

template <class Value>
Value value_at_rank(std::vector<Value>& values, std::size_t rank) {
    const auto place = values.begin() + static_cast<std::ptrdiff_t>(rank);
    std::ranges::nth_element(values, place);
    return *place;
}

// The value that this share of the others, 0…1, do not exceed.
template <class Value>
Value quantile(std::vector<Value>& values, double share) {
    return value_at_rank(values,
                         static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

// Of an even number of values the upper of the two in the middle.
template <class Value>
Value median(std::vector<Value>& values) {
    return value_at_rank(values, values.size() / 2);
}

}  // namespace diorama::core
