#include "layers/spans.h"

#include <algorithm>
#include <numeric>

namespace diorama::layers {

void RowSpans::finish(std::vector<SliceSpan>& spans, std::vector<std::uint32_t>& index) {
    const int slices = static_cast<int>(count_.size()) - 1;
    std::partial_sum(count_.begin(), count_.end(), count_.begin());
    next_ = count_;
    sorted_.resize(entries_.size());
    for (const Entry& entry : entries_) sorted_[next_[entry.slice]++] = entry.x;
    for (int s = 0; s < slices; ++s) {
        index.push_back(static_cast<std::uint32_t>(spans.size()));
        const std::size_t first = spans.size();
        for (int i = count_[s]; i < count_[s + 1]; ++i) {
            const int x = sorted_[i];
            if (spans.size() > first && spans.back().x + spans.back().length == x)
                ++spans.back().length;
            else
                spans.push_back({static_cast<std::uint16_t>(s), 1, x});
        }
    }
    index.push_back(static_cast<std::uint32_t>(spans.size()));
    entries_.clear();
    std::fill(count_.begin(), count_.end(), 0);
}

}  // namespace diorama::layers
