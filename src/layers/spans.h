#pragma once  // SPDX-License-Identifier: Apache-2.0. Guide: README.md beside this file

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "diorama/layers.h"

namespace diorama::layers {

inline constexpr std::uint16_t kNoSlice = std::numeric_limits<std::uint16_t>::max();

// Neighbours that move apart by at most this much (px) belong to one surface; further apart, there
// is a step in depth between them.
inline constexpr double kSurfaceStepPx = 3.0;

// How many slices part by at most `px`.
inline int slices_within(double px, int slices, double way_px) {
    return static_cast<int>(px * std::max(1, slices - 1) / way_px);
}

// Collects one row's spans: pixels come in order of x, spans leave ordered by slice and x.
class RowSpans {
 public:
    explicit RowSpans(int slices) : count_(slices + 1, 0) {}

    void add(int slice, int x) {
        entries_.push_back({static_cast<std::uint16_t>(slice), x});
        ++count_[slice + 1];
    }
    // Appends the spans to `spans` and the first span of each slice (and the end) to `index`.
    void finish(std::vector<SliceSpan>& spans, std::vector<std::uint32_t>& index);

 private:
    struct Entry {
        std::uint16_t slice;
        std::int32_t x;
    };
    std::vector<Entry> entries_;
    std::vector<int> count_;
    std::vector<int> next_;
    std::vector<int> sorted_;
};

}  // namespace diorama::layers
